// The seven creators of the demo: of several sizes, on several networks, and not all of them worth their fee.

interface Profile {
  readonly platform: string;
  readonly handle: string;
  readonly followers: number;
}

export interface DemoCreator {
  /** The caller's own id of the creator. */
  readonly key: string;
  readonly name: string;
  readonly handle: string;
  readonly profiles: readonly Profile[];
  readonly programTier: number;
  /** Where the plain link stands, and the one that applies the code. */
  readonly placements: readonly [string, string];
  /** Shares of the campaign's visits and of its sales: not every audience buys. */
  readonly visits: number;
  readonly sales: number;
  /** The share of buyers who only heard the code. */
  readonly codeOnly: number;
  /** Days of the campaign on which they post. */
  readonly posts: readonly number[];
  /** What browsers say of where a click came from; null for apps that say nothing. */
  readonly referrer: string | null;
  /** Also in the always-on programme. */
  readonly alwaysOn: boolean;
}

export const CREATORS: readonly DemoCreator[] = [
  {
    key: 'maya',
    name: 'Maya Torres',
    handle: 'mayamoves',
    profiles: [
      { platform: 'instagram', handle: 'mayamoves', followers: 184_000 },
      { platform: 'tiktok', handle: 'mayamoves', followers: 96_400 },
    ],
    programTier: 1,
    placements: ['feed post', 'story'],
    visits: 20,
    sales: 24,
    codeOnly: 0.2,
    posts: [1, 9, 17, 24],
    referrer: 'https://l.instagram.com/',
    alwaysOn: true,
  },
  {
    key: 'priya',
    name: 'Priya Nair',
    handle: 'priyalifts',
    profiles: [{ platform: 'tiktok', handle: 'priyalifts', followers: 1_240_000 }],
    programTier: 2,
    placements: ['video', 'bio'],
    visits: 34,
    sales: 14,
    codeOnly: 0.15,
    posts: [3, 15],
    referrer: 'https://www.tiktok.com/',
    alwaysOn: false,
  },
  {
    key: 'jonas',
    name: 'Jonas Reed',
    handle: 'reedreps',
    profiles: [
      { platform: 'youtube', handle: 'reedreps', followers: 412_000 },
      { platform: 'instagram', handle: 'reed.reps', followers: 73_500 },
    ],
    programTier: 2,
    placements: ['description', 'pinned comment'],
    visits: 16,
    sales: 20,
    codeOnly: 0.25,
    posts: [5, 19],
    referrer: 'https://www.youtube.com/',
    alwaysOn: false,
  },
  {
    key: 'hana',
    name: 'Hana Kim',
    handle: 'hanabakes',
    profiles: [
      { platform: 'instagram', handle: 'hanabakes', followers: 64_200 },
      { platform: 'youtube', handle: 'hanabakes', followers: 27_300 },
    ],
    programTier: 2,
    placements: ['reel', 'story'],
    visits: 13,
    sales: 16,
    codeOnly: 0.2,
    posts: [2, 12, 22],
    referrer: 'https://l.instagram.com/',
    alwaysOn: true,
  },
  {
    key: 'tom',
    name: 'Tom Alvarez',
    handle: 'trailtom',
    profiles: [{ platform: 'newsletter', handle: 'trailtom', followers: 52_000 }],
    programTier: 3,
    placements: ['newsletter', 'blog post'],
    visits: 9,
    sales: 11,
    codeOnly: 0.1,
    posts: [4, 11, 18, 25],
    referrer: null,
    alwaysOn: true,
  },
  {
    key: 'sam',
    name: 'Sam Okafor',
    handle: 'samontherun',
    profiles: [{ platform: 'podcast', handle: 'samontherun', followers: 38_500 }],
    programTier: 3,
    placements: ['show notes', 'bio'],
    visits: 5,
    sales: 10,
    codeOnly: 0.75,
    posts: [6, 20],
    referrer: null,
    alwaysOn: false,
  },
  {
    key: 'zoe',
    name: 'Zoë Lindqvist',
    handle: 'zoelifts',
    profiles: [{ platform: 'instagram', handle: 'zoelifts', followers: 8_600 }],
    programTier: 4,
    placements: ['story', 'reel'],
    visits: 3,
    sales: 5,
    codeOnly: 0.2,
    posts: [8, 21],
    referrer: 'https://l.instagram.com/',
    alwaysOn: false,
  },
];

/** The creators' campaign that costs and brings what the worked example says, and the programme beside it. */
export type CampaignKey = 'autumn-protein' | 'always-on';

/** Who takes part in a campaign. */
export const creatorsIn = (campaign: CampaignKey): readonly DemoCreator[] =>
  campaign === 'always-on' ? CREATORS.filter(({ alwaysOn }) => alwaysOn) : CREATORS;
