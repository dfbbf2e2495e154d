import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.event.ruler.Machine;

/**
 * Answers questions by AWS's event-ruler, one JSON text a line. A question is {"patterns": [TEXT...], "events": [TEXT...]};
 * its answer {"refused": [null or why, of each pattern], "matches": [[numbers of patterns that match], of each event]}. Patterns and
 * events are JSON texts, as they stand: 300 and 300.0 are different ones.
 *
 * All patterns of a question are rules of one Machine, as those of a bus are, which is asked by rulesForJSONEvent: the one with
 * the semantics of EventBridge, where all fields are found in the same elements of arrays. Ruler.matchesRule is the same for a
 * single pattern; Ruler.matches, which is deprecated, knows neither such arrays nor $or.
 */
public final class Verdicts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Verdicts() {
    }

    public static void main(final String[] arguments) throws Exception {
        final BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        final PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
        }
        answers.flush();
    }

    private static ObjectNode answer(final JsonNode question) throws Exception {
        final ObjectNode answer = JSON.createObjectNode();
        final ArrayNode refused = answer.putArray("refused");
        final Machine machine = Machine.builder().build();
        final JsonNode patterns = question.get("patterns");
        for (int number = 0; number < patterns.size(); number += 1) {
            final String pattern = patterns.get(number).textValue();
            final String reason = refusal(pattern);
            refused.add(reason);
            if (reason == null) {
                machine.addRule(String.valueOf(number), pattern);
            }
        }
        final ArrayNode matches = answer.putArray("matches");
        for (final JsonNode event : question.get("events")) {
            final ArrayNode numbers = matches.addArray();
            matching(machine, event.textValue()).stream().map(Integer::valueOf).sorted().forEach(numbers::add);
        }
        return answer;
    }

    /** A machine that has refused a pattern may have kept half of it. */
    private static String refusal(final String pattern) {
        try {
            Machine.builder().build().addRule("probe", pattern);
            return null;
        } catch (Exception error) {
            return String.valueOf(error.getMessage()).split("\n", 2)[0];
        }
    }

    private static List<String> matching(final Machine machine, final String event) throws Exception {
        return machine.isEmpty() ? List.of() : machine.rulesForJSONEvent(event);
    }
}
