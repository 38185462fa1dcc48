// A mail server on loopback that keeps what it is given.
import { createServer } from "node:net";
import { once } from "node:events";

export async function startMailbox() {
  const letters = [];
  const server = createServer((socket) => {
    let rest = "";
    let letter = null;
    const say = (line) => socket.write(`${line}\r\n`);
    say("220 loopback");
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop();
      for (const line of lines) {
        if (letter) {
          if (line !== ".") letter.push(line.replace(/^\./, ""));
          else {
            letters.push(letter.join("\n"));
            letter = null;
            say("250 kept");
          }
        } else if (/^DATA/i.test(line)) {
          letter = [];
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
          socket.end();
        } else say("250 fine");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    /** The newest letter to an address whose text `words` match, once it is there: the office writes of other things too. */
    async newestTo(address, words) {
      for (let tries = 0; tries < 100; tries++) {
        const readable = letters.filter((one) => one.includes(address)).map((one) => one.replace(/=\n/g, "").replace(/=3D/g, "="));
        const letter = readable.reverse().find((one) => words.test(one));
        if (letter) return letter;
        await new Promise((done) => setTimeout(done, 50));
      }
      throw new Error(`no letter to ${address} with ${words} came`);
    },
    stop: () => server.close(),
  };
}
