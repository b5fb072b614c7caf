import { ref } from 'vue';

export const paletteShown = ref(false);
export const overviewShown = ref(false);
