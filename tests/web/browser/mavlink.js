// A vehicle that speaks just enough MAVLink 2 over UDP, byte by byte: what a page must survive can be said with it.
// https://mavlink.io/en/guide/serialization.html

import dgram from "node:dgram";

/** CRC_EXTRA of the messages a drone here can send. */
const EXTRA = { 0: 50, 1: 124, 24: 24, 30: 39, 33: 104, 74: 20, 242: 104, 253: 83 };

/** CRC-16/MCRF4XX. @param {Uint8Array} bytes */
function crc(bytes) {
  let sum = 0xffff;
  for (const byte of bytes) {
    let low = byte ^ (sum & 0xff);
    low ^= (low << 4) & 0xff;
    sum = ((sum >> 8) ^ (low << 8) ^ (low << 3) ^ (low >> 4)) & 0xffff;
  }
  return sum;
}

export class Drone {
  /** @param {number} sysid @param {number} port where the station listens */
  constructor(sysid, port) {
    this.sysid = sysid;
    this.port = port;
    this.socket = dgram.createSocket("udp4");
    this.seq = 0;
    this.bootMs = Date.now();
    this.turns = 0;
    this.timers = [];
  }

  /** @param {number} id @param {Buffer} payload */
  send(id, payload) {
    const head = Buffer.from([0xfd, payload.length, 0, 0, this.seq, this.sysid, 1, id & 0xff, (id >> 8) & 0xff, id >> 16]);
    this.seq = (this.seq + 1) & 0xff;
    const sum = crc(Buffer.concat([head.subarray(1), payload, Buffer.from([EXTRA[id]])]));
    this.socket.send(Buffer.concat([head, payload, Buffer.from([sum & 0xff, sum >> 8])]), this.port, "127.0.0.1");
  }

  /** HEARTBEAT of an armed quadrotor with ArduPilot in GUIDED. */
  heartbeat() {
    const payload = Buffer.alloc(9);
    payload.writeUInt32LE(4, 0);
    payload.set([2, 3, 0x81, 4, 3], 4);
    this.send(0, payload);
  }

  /** GLOBAL_POSITION_INT and VFR_HUD, going round in a circle of about 100 m. */
  fly() {
    this.turns += 0.05;
    const [lat, lon] = [-35.363 + 0.001 * Math.cos(this.turns), 149.165 + 0.001 * Math.sin(this.turns)];
    const payload = Buffer.alloc(28);
    payload.writeUInt32LE(Date.now() - this.bootMs, 0);
    for (const [n, value] of [lat * 1e7, lon * 1e7, 640_000, 52_300].entries()) payload.writeInt32LE(Math.round(value), 4 + 4 * n);
    payload.writeUInt16LE(Math.round((((this.turns * 180) / Math.PI + 90) % 360) * 100), 26);
    this.send(33, payload);
    const hud = Buffer.alloc(20);
    for (const [n, value] of [9, 8.1, 640, 0.3].entries()) hud.writeFloatLE(value, 4 * n);
    this.send(74, hud);
  }

  /** SYS_STATUS with this charge. @param {number} percent */
  battery(percent) {
    const payload = Buffer.alloc(31);
    payload.writeUInt16LE(22_100, 14);
    payload.writeInt16LE(1_120, 16);
    payload.writeInt8(percent, 30);
    this.send(1, payload);
  }

  /** STATUSTEXT. @param {number} severity @param {string} text */
  say(severity, text) {
    const payload = Buffer.alloc(54);
    payload[0] = severity;
    payload.write(text, 1, 50, "utf8");
    this.send(253, payload);
  }

  /** Speaks like an autopilot until it is silenced. @param {number} [percent] */
  start(percent = 62) {
    const second = () => {
      this.heartbeat();
      this.battery(percent);
    };
    second();
    this.fly();
    this.timers = [setInterval(second, 1_000), setInterval(() => this.fly(), 200)];
    return this;
  }

  silence() {
    this.timers.forEach(clearInterval);
    this.timers = [];
  }

  close() {
    this.silence();
    this.socket.close();
  }
}
