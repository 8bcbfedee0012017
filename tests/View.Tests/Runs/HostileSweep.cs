using System.Globalization;

namespace Cppo.View.Tests.Runs;

/// <summary>A sweep's results with a figure that would run a script, and cells that would be markup.</summary>
internal static class HostileSweep
{
    private const string Figure = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20" onload="alert(1)">
          <script>alert(2)</script>
          <image href="http://example.invalid/picture.png" width="4" height="4"/>
          <rect width="40" height="20" fill="#0067a5"/>
        </svg>
        """;

    public static void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "reward.svg"), Figure);
        File.WriteAllText(Path.Combine(directory, "results.md"), "# Results\n\n<script>alert(3)</script> \u202E\n");
        var rows = Enumerable
            .Range(0, 20)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"\"{Quoted(HostileTexts.Of(number))}\",{number / 7.0:R}"));
        File.WriteAllText(Path.Combine(directory, "methods.csv"), $"method,accuracy\n{string.Join('\n', rows)}\n");
    }

    private static string Quoted(string text) => text.Replace("\"", "\"\"", StringComparison.Ordinal);
}
