using System.Globalization;

namespace Cppo.Pipeline.BaseModel;

/// <summary>
/// Makes word problems of one to three steps with whole numbers from 0 to about <see cref="MaxValue"/>. A problem is a pure function of
/// seed and key.
/// </summary>
internal static class WordProblemGenerator
{
    /// <summary>No addition or multiplication after the first sentence exceeds it.</summary>
    public const int MaxValue = 50;

    private static readonly (int Steps, double Weight)[] StepShares = [(1, 0.3), (2, 0.4), (3, 0.3)];
    private static readonly (Closing Closing, double Weight)[] ClosingShares =
    [
        (Closing.HowMany, 0.44),
        (Closing.WorkOut, 0.30),
        (Closing.Find, 0.15),
        (Closing.Count, 0.11),
    ];

    /// <summary>The problem of a key.</summary>
    public static WordProblem Create(ulong seed, long key)
    {
        var draws = new Draws(seed, key);
        int numSteps = draws.Of(StepShares);
        var closing = draws.Of(ClosingShares);
        var story = new Story(draws, draws.Of(Cast.People), draws.Of(Cast.Things));
        story.Begin();
        while (story.Steps.Count < numSteps)
        {
            story.Continue();
        }

        return new WordProblem($"{story.Text} {story.Close(closing)}", story.Value, [.. story.Steps], closing);
    }

    /// <summary>A problem that is being told: the sentences so far, the calculation so far and its value.</summary>
    private sealed class Story(Draws draws, (string Name, string Subject, string Object) person, string things)
    {
        public string Text { get; private set; } = "";
        public int Value { get; private set; }
        public List<string> Steps { get; } = [];

        public void Begin()
        {
            double kind = draws.Share();
            if (kind < 0.70)
            {
                Value = draws.Between(3, 40);
                Text = draws.Of([$"{person.Name} has {Value} {things}.", $"{person.Name} starts with {Value} {things}."]);
            }
            else if (kind < 0.85)
            {
                int red = draws.Between(3, 30),
                    blue = Operand(20);
                Text = $"{person.Name} has {red} red and {blue} blue {things}.";
                Step(red, '+', blue, red + blue);
            }
            else
            {
                int boxes = draws.Between(2, 6),
                    each = draws.Between(2, 9);
                Text = draws.Of([
                    $"{person.Name} has {boxes} boxes with {each} {things} in each.",
                    $"{person.Name} fills {boxes} bags with {each} {things} each.",
                ]);
                Step(boxes, '*', each, boxes * each);
            }
        }

        public void Continue()
        {
            List<(char Operation, double Weight)> possible = [];
            if (Value <= MaxValue - 2)
            {
                possible.Add(('+', 4));
            }

            if (Value >= 3)
            {
                possible.Add(('-', 4));
            }

            if (Value is >= 2 and <= 15)
            {
                possible.Add(('*', 3));
            }

            string friend = draws.Of([.. Cast.People.Where(other => other != person)]).Name;
            switch (draws.Of(possible))
            {
                case '+':
                    int more = Operand(MaxValue - Value);
                    Tell(
                        draws.Of([
                            $"{person.Subject} buys {more} more.",
                            $"{person.Subject} finds {more} more.",
                            $"{friend} gives {person.Object} {more} more.",
                        ])
                    );
                    Step(Value, '+', more, Value + more);
                    break;
                case '-':
                    int less = Operand(Value);
                    Tell(
                        draws.Of([
                            $"{person.Subject} loses {less}.",
                            $"{person.Subject} sells {less} of them.",
                            $"{person.Subject} gives {less} to {friend}.",
                        ])
                    );
                    Step(Value, '-', less, Value - less);
                    break;
                default:
                    int times = draws.Between(2, Math.Min(4, MaxValue / Value));
                    Tell($"Later {person.Subject.ToLowerInvariant()} has {times} times as many.");
                    Step(Value, '*', times, Value * times);
                    break;
            }
        }

        public string Close(Closing closing) =>
            closing switch
            {
                Closing.HowMany => draws.Of([
                    $"How many {things} does {person.Name} have now?",
                    $"How many {things} does {person.Subject.ToLowerInvariant()} have now?",
                ]),
                Closing.WorkOut => $"Work out how many {things} {person.Name} has now.",
                Closing.Find => $"Find the number of {things}.",
                _ => $"Count the {things}.",
            };

        /// <summary>A second operand of at most <paramref name="most"/> (at least 2), mostly of one digit.</summary>
        private int Operand(int most) =>
            most < 10 || draws.Share() < 0.70 ? draws.Between(2, Math.Min(9, most)) : draws.Between(10, Math.Min(20, most));

        private void Step(int left, char operation, int right, int result)
        {
            Steps.Add(string.Create(CultureInfo.InvariantCulture, $"{left}{operation}{right}={result}"));
            Value = result;
        }

        private void Tell(string sentence) => Text += $" {sentence}";
    }
}
