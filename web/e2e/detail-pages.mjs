// Paths of detail pages that exist in the data of a server, as drawers and as pages.
export async function detailPages(base, headers) {
  const get = async (path) => (await fetch(`${base}/api/v1${path}`, { headers })).json();
  const first = async (path) => (await get(path)).data?.[0];
  const [attacker, credential, event, decky, recorded] = await Promise.all([
    first('/attackers?limit=1&sort=-events'), first('/credentials?limit=1'), first('/events?limit=1&type=login.attempt'), first('/deckies?limit=1'), first('/sessions?limit=1&has_recording=true'),
  ]);
  return [
    ...(attacker ? [`/attackers?open=attacker:${attacker.uuid}`, `/attackers/${attacker.uuid}`] : []),
    ...(event ? [`/feed?open=event:${event.seq}`, `/feed/${event.seq}`] : []),
    ...(event?.session_uuid ? [`/feed?open=session:${event.session_uuid}`, `/sessions/${event.session_uuid}`] : []),
    ...(recorded ? [`/sessions?open=session:${recorded.uuid}`, `/sessions/${recorded.uuid}?t=12`] : []),
    ...(credential ? [`/credentials?open=credential:${credential.uuid}`, `/credentials/${credential.uuid}`] : []),
    ...(decky ? [`/fleet?open=decky:${encodeURIComponent(decky.name)}`, `/fleet/${encodeURIComponent(decky.name)}`] : []),
  ];
}
