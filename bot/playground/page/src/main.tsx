import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import { App } from "./App";
import "./style/colours.css";
import "./style/sidebar.css";
import "./style/layout.css";
import "./style/composer.css";
import "./style/messages.css";
import "./style/blocks.css";
import "./style/data.css";
import "./style/forms.css";

const page = document.getElementById("page");
if (page) createRoot(page).render(<App />);
