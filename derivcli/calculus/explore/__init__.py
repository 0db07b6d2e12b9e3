"""What a page with sliders shows: J over a grid of points and steps, computed beforehand."""
