/** The small things that every element needs: named together by each, so that the bundle makes them one file and not seven. */

import './consent.js';
import './elements.js';
import './home.js';
import './page-api.js';
import './patience.js';
import './relation/choices.js';
import './relation/deeds.js';
import './store.js';
import './call/clip.js';
import './call/kinds.js';
import './call/ticket.js';
import './call/visit.js';
