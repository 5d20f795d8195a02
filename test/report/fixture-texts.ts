/** Titles and excerpts of an invented help centre. */
export const ARTICLES: readonly (readonly [title: string, excerpt: string])[] = [
  [
    'Reset a forgotten password',
    'Choose “Forgot password?” on the sign-in page and enter the address of your account. The link in the message works once and for thirty minutes.',
  ],
  [
    'Sign in with a passkey',
    'A passkey replaces the password on devices that you trust. Add one under Account, Security; you can keep as many as you like.',
  ],
  [
    'Why an invoice shows two amounts',
    'When seats are added in the middle of a period, the invoice lists the share of the running period and the next full one apart from each other.',
  ],
  [
    'Change the billing address',
    'Owners change the billing address under Billing, Details. It appears on the next invoice; earlier invoices stay as they are.',
  ],
  [
    'Sync stops at 99 per cent',
    'The last step checks every file against the server. A file that another program holds open keeps it waiting; close that program and choose Retry.',
  ],
  [
    'Error E-4012: clock differs',
    'Your computer’s clock is more than five minutes off. Set it to be kept by the network and sign in again.',
  ],
  [
    'Share a folder with someone outside',
    'Guests need no account. Choose Share, enter an address and a date on which access ends. Administrators can forbid this for the whole team.',
  ],
  ['Stop sharing a link', 'Open the folder’s Share panel and remove the link. Copies that were downloaded before cannot be called back.'],
  [
    'Export a project as CSV',
    'Choose Export, CSV. Dates are written in ISO form and numbers with a point, whatever your language settings say.',
  ],
  ['Export is empty', 'An export holds what you may see. If a filter is on, only rows that pass it are written.'],
  [
    'Move a workspace to another region',
    'Moving takes between one and six hours. The workspace is read-only in that time and keeps its address.',
  ],
  ['Two-step sign-in without a telephone', 'Print backup codes or register a hardware key. Either works where there is no reception.'],
  ['Cancel a subscription', 'The subscription runs to the end of the paid period. Data stays for ninety days and can be exported.'],
  ['Restore a deleted file', 'Deleted files stay in the bin for thirty days. Owners can restore for everybody.'],
  [
    'Use the API with a service account',
    'A service account has no password. Make a key for it, give it the least role that works, and rotate it every ninety days.',
  ],
  [
    'Notifications come late',
    'Mobile systems hold notifications back to save power. Exempt the app from battery saving to get them at once.',
  ],
  ['Rate limits of the API', 'Each key may send 600 requests a minute. Beyond that, answers carry status 429 and say when to try again.'],
  ['Merge two accounts', 'Write to support from both addresses. Projects are moved; comments keep their author.'],
];

/** What people ask of it. */
export const QUESTIONS: readonly string[] = [
  'forgot password link expired',
  'How do I sign in without a password on my laptop?',
  'invoce shows tow amounts why',
  'E-4012',
  'sync stuck at the very end',
  'Can people who are not in our company open a folder I sent them?',
  'exprot csv is empty',
  'API 429 too many requests',
  'get back something I threw away last week',
  'change adress on invoice',
  'phone has no reception, cannot get the code',
  'move our data to Europe',
];
