"""Cameras and microphones of a visitor's browser: those it has, those it refuses, and what becomes of each."""

FLAGS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
)
"""A browser with a camera and a microphone, which it gives to every page."""
REFUSE = """navigator.mediaDevices.getUserMedia = (asked) => {{
  window.asked = (window.asked ?? 0) + 1;
  const problem = asked.video ? {camera!r} : {microphone!r};
  return problem && !window.cured ? Promise.reject(new DOMException('', problem)) : real(asked);
}};"""
"""After `NO_DEVICES`: what is asked for is refused with these errors, until the page is cured."""
NO_DEVICES = """const real = MediaDevices.prototype.getUserMedia.bind(navigator.mediaDevices);
const query = ({{ name }}) => Promise.resolve(Object.assign(new EventTarget(), {{
  name, state: {{ camera: {camera_state!r}, microphone: {microphone_state!r} }}[name] }}));
Object.defineProperty(Permissions.prototype, 'query', {{ value: query }});
"""
"""The browser's permissions as they are told to the page."""
TRACKS = """window.tracks = []; {
  const take = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (asked) {
    const stream = await take.call(this, asked);
    window.asked = asked;
    window.tracks.push(...stream.getTracks());
    return stream;
  };
}"""
"""Every camera and microphone that the page has had."""
LET_GO = "tracks.length > 0 && tracks.every((track) => track.readyState === 'ended')"
