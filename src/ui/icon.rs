//! Line icons in the colour of the words beside them. They carry no meaning alone: a word always stands with each.

use leptos::prelude::*;

/// What an icon shows; each is drawn on a field of 24 by 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    House,
    Bill,
    Gauge,
    Coin,
    Letter,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::House => "M4 11.2 12 4.5l8 6.7V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z",
            Icon::Bill => "M6 3.8h12v16.6l-2.4-1.5-2.4 1.5-1.2-.8-1.2.8-2.4-1.5L6 20.4zM9.2 8.6h5.6M9.2 12.4h5.6",
            Icon::Gauge => {
                "M4.9 18.2a8.6 8.6 0 1 1 14.2 0M12 13.4l3.6-4.2M12 15.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z"
            }
            Icon::Coin => "M12 20.2a8.2 8.2 0 1 0 0-16.4 8.2 8.2 0 0 0 0 16.4zM14.9 9.4a3.6 3.6 0 1 0 0 5.2",
            Icon::Letter => {
                "M4.6 6h14.8a.8.8 0 0 1 .8.8v10.4a.8.8 0 0 1-.8.8H4.6a.8.8 0 0 1-.8-.8V6.8a.8.8 0 0 1 .8-.8zM4.2 7.2 12 13l7.8-5.8"
            }
        }
    }

    pub fn view(self) -> impl IntoView {
        view! {
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=self.path()></path></svg>
        }
    }
}
