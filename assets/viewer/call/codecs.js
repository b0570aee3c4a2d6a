/** Which codecs we offer, in which order, and what an offer says of sound. Pure functions of SDP and capabilities. */

const BASELINE = /profile-level-id=42e01f/i;
const SINGLE = /packetization-mode=1/;

/** H.264 constrained baseline is what most hardware speaks; VP8 is what everybody does. Of the others nothing is offered. @param {RTCRtpCodec[]} codecs */
export function preferred(codecs) {
  const named = (/** @type {string} */ name) => codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`);
  const h264 = named('h264').filter(({ sdpFmtpLine = '' }) => BASELINE.test(sdpFmtpLine) && SINGLE.test(sdpFmtpLine));
  const pictures = [...h264, ...named('vp8')];
  return pictures.length ? [...pictures, ...named('rtx')] : [];
}

/** Lost sound is sent again (RFC 4585's generic NACK), and what comes too late is mended from the next packet (Opus FEC). @param {string} sdp */
export function resilientSound(sdp) {
  const opus = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  if (!opus) return sdp;
  const feedback = `a=rtcp-fb:${opus} nack`;
  const lines = sdp.split('\r\n').flatMap((line) => {
    if (line === feedback) return [];
    if (line.startsWith(`a=rtpmap:${opus} `)) return [line, feedback];
    if (line.startsWith(`a=fmtp:${opus} `) && !line.includes('useinbandfec=1')) return [`${line};useinbandfec=1`];
    return [line];
  });
  return lines.join('\r\n');
}
