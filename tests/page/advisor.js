// An advisor with nothing but a browser: it answers every offer, shows a red picture, and plays a tone.
const video = document.querySelector('video');
const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
const paint = canvas.getContext('2d');
let frame = 0;
setInterval(() => {
  paint.fillStyle = '#d02020';
  paint.fillRect(0, 0, 320, 240);
  if (window.picture) return paint.drawImage(window.picture, 0, 0, canvas.width, canvas.height);
  paint.fillStyle = '#ffffff';
  paint.fillRect((frame += 1) % 300, 0, 20, 10);
}, 50);
const audio = new AudioContext();
const tone = audio.createOscillator();
const speaker = audio.createMediaStreamDestination();
tone.connect(speaker);
tone.start();
const tracks = { video: canvas.captureStream(20).getVideoTracks()[0], audio: speaker.stream.getAudioTracks()[0] };

window.heard = [];
window.answering = true;
window.connection = null;
window.leg = 0;
window.peer = '';
const socket = new WebSocket('ws://show.localhost/advisor');
window.say = (data) => socket.send(JSON.stringify({ peer: window.peer, data }));
window.candidates = [];

async function answer({ leg, sdp }) {
  window.connection?.close();
  const connection = new RTCPeerConnection();
  Object.assign(window, { connection, leg });
  const stream = new MediaStream();
  connection.ontrack = ({ track }) => stream.addTrack(track);
  await connection.setRemoteDescription({ type: 'offer', sdp });
  for (const transceiver of connection.getTransceivers()) {
    transceiver.direction = 'sendrecv';
    await transceiver.sender.replaceTrack(tracks[transceiver.receiver.track.kind]);
  }
  await connection.setLocalDescription();
  for (const candidate of window.candidates.filter((one) => one.leg === leg)) await connection.addIceCandidate({ candidate: candidate.candidate, sdpMid: candidate.mid });
  if (connection.iceGatheringState !== 'complete') {
    await new Promise((done) => connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && done()));
  }
  video.srcObject = stream;
  window.say({ type: 'answer', leg, sdp: connection.localDescription.sdp });
}

socket.onmessage = ({ data }) => {
  const { peer, data: signal } = JSON.parse(data);
  window.heard.push(signal);
  window.peer = peer;
  if (signal.type === 'offer' && window.answering) answer(signal);
  if (signal.type === 'candidate') {
    window.candidates.push(signal);
    if (signal.leg === window.leg && window.connection?.remoteDescription) window.connection.addIceCandidate({ candidate: signal.candidate, sdpMid: signal.mid });
  }
};

// Somebody to look at, for pictures of the page.
window.dress = async (address) => {
  const picture = Object.assign(new Image(), { src: address });
  await picture.decode();
  Object.assign(canvas, { width: picture.naturalWidth, height: picture.naturalHeight });
  window.picture = picture;
};

// The colour in the middle of what the customer sends, and its size.
window.look = () => {
  const small = Object.assign(document.createElement('canvas'), { width: 16, height: 16 });
  const draw = small.getContext('2d');
  draw.drawImage(video, 0, 0, 16, 16);
  return { size: [video.videoWidth, video.videoHeight], pixel: [...draw.getImageData(8, 8, 1, 1).data] };
};

// What came so far.
window.received = async () => {
  const told = { frames: 0, samples: 0, energy: 0 };
  (await window.connection.getStats()).forEach((report) => {
    if (report.type !== 'inbound-rtp') return;
    if (report.kind === 'video') told.frames = report.framesDecoded ?? 0;
    else Object.assign(told, { samples: report.totalSamplesReceived ?? 0, energy: report.totalAudioEnergy ?? 0 });
  });
  return told;
};
