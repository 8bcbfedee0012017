using System.Globalization;
using Cppo.Fuzz;

// Options: --inputs N for each reader, --reader NAME (several times), --seed N, --first N (the first input's number), --corpus DIRECTORY.
int inputs = 100_000,
    seed = 1,
    first = 0;
string? corpus = null;
var names = new List<string>();
for (int i = 0; i + 1 < args.Length; i += 2)
{
    string value = args[i + 1];
    switch (args[i])
    {
        case "--inputs":
            inputs = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--seed":
            seed = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--first":
            first = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--corpus":
            corpus = value;
            break;
        case "--reader":
            names.Add(value);
            break;
        default:
            Console.Error.WriteLine($"{args[i]} is no option; there are --inputs, --reader, --seed, --first and --corpus.");
            return 2;
    }
}

using var folder = new FuzzFolder();
var readers = Readers.All(folder);
if (args.Length % 2 != 0 || names.Exists(name => !readers.Exists(reader => reader.Name == name)))
{
    Console.Error.WriteLine($"Each option has a value; the readers are {string.Join(", ", readers.Select(reader => reader.Name))}.");
    return 2;
}

var run = new FuzzRun(seed, corpus ?? FuzzFolder.Repository("tests/corpus"), Console.Out);
return run.Run([.. readers.Where(reader => names.Count == 0 || names.Contains(reader.Name))], first, inputs) ? 0 : 1;
