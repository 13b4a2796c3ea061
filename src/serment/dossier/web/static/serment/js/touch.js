/* The touch of the passkey in the middle of a session, and the sign-out. */

import { onClick, post, say, usePasskey } from "./ceremony.js";
import { recall, remember } from "./keys.js";

onClick("touch", async (button) => {
  say("preparing");
  const begun = await post("/touch/begin", {});
  say("touch");
  const last = await recall("last-passkey");
  const software = begun.demonstration && last?.software ? await import("./demonstration-authenticator.js") : undefined;
  const credential = software ? await software.use(begun.options, last.id) : await usePasskey(begun.options);
  await post("/touch/finish", { ceremony: begun.ceremony, credential });
  say("touched", "done");
  location.assign(button.dataset.then || location.pathname);
});

onClick("sign-out", async () => {
  await post("/session/end", {});
  await remember("session", undefined);
  location.assign("/sign-in/");
});
