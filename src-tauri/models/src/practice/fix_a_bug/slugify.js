// Turns a title into the part of an address: "Hello, World" becomes "hello-world".
export function slugify(title) {
  return title
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "");
}
