// Moments in the reader's own time zone, and ages that go on. The server writes UTC.
const two = (number) => String(number).padStart(2, "0");

function local(moment) {
  const date = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(":");
  return `${date} ${time}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}

function age(seconds) {
  const units = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
  const [length, unit] = units.find(([length]) => Math.abs(seconds) >= length) ?? [1, "second"];
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
  return format.format(-Math.trunc(seconds / length), unit);
}

/** Writes all times of the page anew, now and every ten seconds. */
export function keepTimes() {
  const times = [...document.querySelectorAll("time[datetime]")];
  const write = () => {
    for (const time of times) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.getTime())) continue;
      const at = time.querySelector(".at");
      const since = time.querySelector(".age");
      if (at) at.textContent = local(moment);
      if (since) since.textContent = age((Date.now() - moment.getTime()) / 1000);
    }
  };
  write();
  setInterval(write, 10000);
}
