// The runner's public API for cells: `defineStage`, ports, and the types of what a cell is given.
export { StageError } from '@weir/base'
export {
  type FileInput,
  type FileOutput,
  type FolderInput,
  type FolderOutput,
  file,
  folder,
  type TextInput,
  type TextOutput,
  text,
} from '../execute/file-ports.ts'
export {
  type JsonInput,
  type JsonOutput,
  json,
  type RefInput,
  type RefOutput,
  ref,
} from '../execute/json-ports.ts'
export type {
  InputsOf,
  NoPorts,
  Opened,
  OutputsOf,
  Port,
  PortPlace,
  Ports,
} from '../execute/port.ts'
export {
  defineStage,
  type StageContext,
  type StageDefinition,
} from '../execute/stage-definition.ts'
export type { Block, ReportDocument, ReportSection } from '../report/document.ts'
export { renderReport } from '../report/page.ts'
export type {
  ChartSpec,
  DataTable,
  MetricValue,
  Progress,
  Show,
  TableAbout,
  TableView,
} from '../report/show.ts'
