// Runs before the first paint: sets the colour scheme that the user chose, else the one of the system.
// An external file because the content security policy refuses inline scripts.
(function () {
  var choice = 'auto';
  try {
    choice = localStorage.getItem('decnet.scheme') || 'auto';
  } catch (error) {
    // Storage is switched off: the system decides.
  }
  var light = choice === 'light' || (choice !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', light ? 'light' : 'dark');
})();
