using System.Text;

namespace Cppo.Pipeline.Browse;

/// <summary>A file of the page.</summary>
/// <param name="Bytes">Its content.</param>
/// <param name="Type">Its media type.</param>
internal sealed record PageFile(byte[] Bytes, string Type)
{
    /// <summary>The content as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);
}

/// <summary>The page of <c>view</c> and of reports, which the program carries: what Vite made of <c>web/</c>.</summary>
internal sealed class PageBundle
{
    /// <summary>The page itself.</summary>
    public const string Index = "index.html";

    private const string Prefix = "web/";
    private readonly Dictionary<string, PageFile> files;

    private PageBundle(Dictionary<string, PageFile> files) => this.files = files;

    /// <summary>What the program carries.</summary>
    public static PageBundle Carried { get; } = Load();

    /// <summary>A bundle of some files, by their paths with slashes.</summary>
    public static PageBundle Of(IEnumerable<(string Path, byte[] Bytes)> files) =>
        new(files.ToDictionary(file => file.Path, file => new PageFile(file.Bytes, TypeOf(file.Path)), StringComparer.Ordinal));

    /// <summary>A file; null where there is none of that path.</summary>
    public PageFile? Find(string path) => files.GetValueOrDefault(path);

    private static PageBundle Load()
    {
        var assembly = typeof(PageBundle).Assembly;
        var carried = new List<(string, byte[])>();
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            carried.Add((name[Prefix.Length..], bytes));
        }

        return carried.Exists(file => file.Item1 == Index) ? Of(carried) : Missing();
    }

    /// <summary>The page of a build from sources without the bundle; data and answers are there all the same.</summary>
    private static PageBundle Missing() =>
        Of([
            (
                Index,
                """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>Cppo.Pipeline</title>
                <script type="module" src="./page.js"></script>
                <link rel="stylesheet" href="./page.css">
                </head>
                <body>
                <p>This build carries no page: web/dist was missing when it was built, and make web makes it.</p>
                </body>
                </html>

                """u8.ToArray()
            ),
            ("page.js", "export {};\n"u8.ToArray()),
            ("page.css", "body { font-family: sans-serif; }\n"u8.ToArray()),
        ]);

    private static string TypeOf(string path) =>
        Path.GetExtension(path) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".json" => "application/json; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        };
}
