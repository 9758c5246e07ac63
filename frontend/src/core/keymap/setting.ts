/** Whether single keys act, remembered in this browser. */

const NAME = "annotate.single-keys";

export function readSingleKeys(storage: Storage): boolean {
  return storage.getItem(NAME) !== "off";
}

export function writeSingleKeys(storage: Storage, isOn: boolean): void {
  storage.setItem(NAME, isOn ? "on" : "off");
}
