// The small pieces of each part, and its own program, stand in one file behind each other: each file
// costs a slow phone some milliseconds and a slow network a turn. Here they are taken apart again.
const bundles = BUNDLES;
const pieces = new Map();
let loads = 0;
let left = -Infinity;
const leave = () => {
    left = performance.now();
};
async function bytes(url) {
    if (loads === 0) addEventListener("beforeunload", leave);
    loads += 1;
    try {
        const answer = await globalThis.fetch(url);
        if (!answer.ok) throw new Error(`${url}: status ${answer.status}`);
        return await answer.arrayBuffer();
    } catch (error) {
        // The browser gives up what is loading when the page is left: nothing to tell anybody. It may
        // do so before the page is gone, and what began to load after the leaving does not know of it.
        const leaving = performance.now() - left < 3000;
        await new Promise((done) => setTimeout(done, leaving ? 3000 : 500));
        throw error;
    } finally {
        loads -= 1;
        if (loads === 0) removeEventListener("beforeunload", leave);
    }
}
function open({ file, pieces: inside }) {
    const whole = bytes(new URL(`./${file}`, import.meta.url));
    let at = 0;
    for (const [name, length] of inside) {
        const from = at;
        at += length;
        const piece = whole.then((all) => new Uint8Array(all, from, length));
        pieces.set(name, piece);
        // What failed is asked for again the next time.
        piece.catch(() => pieces.get(name) === piece && pieces.delete(name));
    }
}
async function fetch(url) {
    const name = url.pathname.split("/").pop();
    if (bundles[name]) open(bundles[name]);
    // A part asks for its pieces before it asks for itself.
    await null;
    const content = await (pieces.get(name) ?? bytes(url));
    return new Response(content, { headers: { "content-type": "application/wasm" } });
}
