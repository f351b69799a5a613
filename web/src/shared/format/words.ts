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

export function capital(value: string): string {
  return value.charAt(0).toUpperCase() + value.slice(1);
}
