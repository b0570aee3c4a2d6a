/** What the customer sends of themselves: microphone, camera, screen; and what it makes of the call's kind. */

export class Sending {
  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
  }

  toggleSound() {
    const { media } = this.floor.session;
    if (media.muted || !media.devices.tracks.microphone) this.unmute().then((done) => done || this.floor.dialogs.help.open('microphone', () => this.unmute()));
    else media.mute(true);
  }

  togglePicture() {
    const { media } = this.floor.session;
    if (media.devices.tracks.camera) media.turnCamera(true);
    else this.show().then((done) => done || this.floor.dialogs.help.open('camera', () => this.show()));
  }

  toggleScreen() {
    if (this.floor.session.media.screen) this.floor.session.media.unshare();
    else this.share();
  }

  /** Be seen from now on. @returns {Promise<boolean>} whether one is */
  async show() {
    const { session } = this.floor;
    session.memory.keep({ cameraOff: false });
    await session.media.devices.want({ camera: true });
    if (!session.media.devices.tracks.camera) return false;
    if (session.call?.kind !== 'video') session.change('video');
    return true;
  }

  /** Be heard from now on. @returns {Promise<boolean>} whether one is */
  async unmute() {
    const { session } = this.floor;
    session.media.mute(false);
    await session.media.devices.want({ microphone: true });
    if (!session.media.devices.tracks.microphone) return false;
    if (session.call?.kind === 'text') session.change('sound');
    return true;
  }

  /** Show one's screen from now on. @returns {Promise<boolean>} whether one does */
  async share() {
    const { session } = this.floor;
    if (!(await session.media.share())) return false;
    if (session.call?.kind === 'text') session.change('watch');
    return true;
  }
}
