// Words of the wire as people read them. What is not listed is shown as it came: the sets are open.

const eventTypes = new Map([
  ['session.started', 'Session started'], ['session.ended', 'Session ended'], ['login.attempt', 'Login attempt'], ['command', 'Command'],
  ['request', 'Request'], ['file.captured', 'File captured'], ['recording', 'Recording'], ['fingerprint', 'Fingerprint'], ['scan', 'Scan'],
  ['detection_probe', 'Detection probe'], ['decky_mutated', 'Decky changed'], ['system.log', 'System log'], ['traversal', 'Traversal'],
]);

export function eventTypeWord(type: string): string {
  return eventTypes.get(type) ?? type;
}

// "http_basic" → "http basic"
export function plainWord(value: string): string {
  return value.replaceAll('_', ' ');
}

const acronyms = /\b(http|ntlm|md5|sha\d*|ssh|tls|tcp|dns|pg|vnc|ja[34][a-z]?)\b/g;

// "http_basic" → "HTTP basic", "plaintext" → "Plaintext"
export function kindWord(value: string): string {
  return capital(plainWord(value).replaceAll(acronyms, (word) => word.toUpperCase()));
}

// "Change password" → "changePassword"; a name stays as it is.
export function actionName(words: string): string {
  const [first = '', ...others] = words.split(/\s+/);
  return first.charAt(0).toLowerCase() + first.slice(1) + others.map((word) => capital(word.toLowerCase())).join('');
}

// "changePassword" → "Change password"
export function actionWord(value: string): string {
  return capital(value.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

export function capital(value: string): string {
  return value.charAt(0).toUpperCase() + value.slice(1);
}
