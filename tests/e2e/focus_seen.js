// Says what is wrong with the place where the focus is; nothing when everybody sees it.
() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "the focus is lost";
  const name = `${here.tagName.toLowerCase()}${here.id && `#${here.id}`}.${here.className}`;

  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixel = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = ([red, green, blue]) =>
    0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = pixel(getComputedStyle(each).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };

  // The line stands around it, or around what it is the one thing to press in.
  let framed = here;
  const hasLine = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
  };
  for (let up = 0; framed && !hasLine(framed) && up < 3; up += 1) framed = framed.parentElement;
  if (!framed || !hasLine(framed)) return `${name} shows no focus`;
  const seen = contrast(pixel(getComputedStyle(framed).outlineColor), ground(framed.parentElement ?? framed));
  if (seen < 3) return `the focus on ${name} has a contrast of ${seen.toFixed(1)}`;

  const box = framed.getBoundingClientRect();
  if (box.width < 1 || box.height < 1) return `${name} has no size`;
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `${name} is out of sight`;
  const top = document.elementFromPoint(x, y);
  const isFree = top && (framed.contains(top) || top.contains(framed));
  return isFree ? "" : `${name} is covered by ${top?.className}`;
}
