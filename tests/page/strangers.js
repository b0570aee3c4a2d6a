// WHEP players that other people wrote, bundled for tests/e2e/test_other_players.py.
import { WebRTCPlayer } from '@eyevinn/webrtc-player';
import { WHEPClient } from 'whip-whep/whep.js';

const video = document.querySelector('video');

window.playWithEyevinn = async (url) => {
  const player = new WebRTCPlayer({ video, type: 'whep' });
  await player.load(new URL(url));
  window.stop = () => player.unload();
};

window.playWithMedooze = async (url) => {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  for (const kind of ['audio', 'video']) connection.addTransceiver(kind, { direction: 'recvonly' });
  const stream = new MediaStream();
  connection.ontrack = ({ track }) => stream.addTrack(track);
  video.srcObject = stream;
  const whep = new WHEPClient();
  await whep.view(connection, url, '');
  window.stop = () => whep.stop();
};

window.decoded = () => video.getVideoPlaybackQuality().totalVideoFrames;
