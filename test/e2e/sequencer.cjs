const Sequencer = require('@jest/test-sequencer').default;

// By name, so that the test of the whole run comes last and has a run to look at.
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};
