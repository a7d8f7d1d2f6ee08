// The page's only script, a nicety: opens all folds at once with `e`, and a fold that an address points into.

/** Runs in the browser, in strict isolation from the report's data. */
export const PAGE_SCRIPT = `(() => {
  const folds = [...document.querySelectorAll('details')];
  if (folds.length > 1) {
    const button = document.createElement('button');
    const label = () => folds.every((fold) => fold.open) ? 'Fold all' : 'Unfold all';
    const toggle = () => {
      const open = label() === 'Unfold all';
      for (const fold of folds) fold.open = open;
      button.textContent = label();
    };
    button.className = 'unfold';
    button.title = 'Key: e';
    button.textContent = label();
    button.addEventListener('click', toggle);
    document.querySelector('.top').append(button);
    addEventListener('keydown', (event) => {
      if (event.key === 'e' && !event.ctrlKey && !event.metaKey && !event.altKey) toggle();
    });
  }
})();`
