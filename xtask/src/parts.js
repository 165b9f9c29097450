// The small pieces of each part, and its own program, stand in one file behind each other: each file
// costs a slow phone some milliseconds and a slow network a turn. Here they are taken apart again.
const bundles = BUNDLES;
const pieces = new Map();
function open({ file, pieces: inside }) {
    const load = async () => {
        const answer = await globalThis.fetch(new URL(`./${file}`, import.meta.url));
        if (!answer.ok) throw new Error(`${file}: status ${answer.status}`);
        return answer.arrayBuffer();
    };
    const whole = load();
    let at = 0;
    for (const [name, length] of inside) {
        const from = at;
        at += length;
        const piece = whole.then((bytes) => new Uint8Array(bytes, from, length));
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
    const piece = pieces.get(name);
    if (!piece) return globalThis.fetch(url);
    return new Response(await piece, { headers: { "content-type": "application/wasm" } });
}
