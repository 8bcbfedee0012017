using System.Xml.Linq;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// The texts of the keys as doc comments: <see cref="KeyAttribute"/> says what a key means once, and editors read the assembly's
/// documentation file.
/// </summary>
internal static class ConfigComments
{
    /// <summary>A documentation file that has each key's property, too.</summary>
    /// <param name="documentation">The file as the compiler wrote it.</param>
    public static string Write(string documentation)
    {
        var file = XDocument.Parse(documentation, LoadOptions.PreserveWhitespace);
        var members = file.Root?.Element("members") ?? throw new ConfigException("This is no documentation file: it has no <members>.");
        var there = members.Elements("member").Select(member => (string?)member.Attribute("name")).ToHashSet();
        foreach (var key in Keys(ConfigSection.Root).DistinctBy(key => key.Property))
        {
            string name = $"P:{key.Property.DeclaringType!.FullName}.{key.Property.Name}";
            if (there.Add(name))
            {
                members.Add(
                    "    ",
                    new XElement("member", new XAttribute("name", name), new XElement("summary", Marked(key.About.Doc))),
                    "\n    "
                );
            }
        }

        return $"{file.Declaration}\n{file}\n";
    }

    private static IEnumerable<ConfigKey> Keys(ConfigSection section) =>
        section.Keys.SelectMany(key => (key.Section ?? key.Element?.Section) is { } inner ? Keys(inner).Prepend(key) : [key]);

    /// <summary>What stands between backticks is code.</summary>
    private static IEnumerable<XNode> Marked(string text) =>
        text.Split('`').Select((part, place) => place % 2 == 0 ? (XNode)new XText(part) : new XElement("c", part));
}
