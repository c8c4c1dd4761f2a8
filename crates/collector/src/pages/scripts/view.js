// One Tab stop a table, where a view has no script of its own.
import { arrows } from "./arrows.js";

arrows();
