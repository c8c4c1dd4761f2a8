// What every view has: local times, and one Tab stop a table.
import { keepTimes } from "./times.js";
import { arrows } from "./arrows.js";

keepTimes();
arrows();
