/** The panels that only a signed-in user sees, in one file that nobody else loads. */
export { default as Activity } from "../desk/Activity.svelte";
export { default as MarginPanel } from "../desk/MarginPanel.svelte";
