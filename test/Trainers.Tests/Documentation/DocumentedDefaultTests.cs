using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Documentation;

/// <summary>The defaults that the documentation names are those that the code has.</summary>
[TestClass]
public partial class DocumentedDefaultTests
{
    private static readonly Assembly[] Libraries = [typeof(OnnxSession).Assembly, typeof(TextTokenizer).Assembly,
        typeof(NodeTrainer).Assembly];

    // What the compiler makes of regular expressions is there once for each library.
    private static readonly Dictionary<string, XElement> Members = Libraries
        .SelectMany(library => XDocument.Load(Path.ChangeExtension(library.Location, ".xml")).Descendants("member"))
        .Where(member => !member.Attribute("name")!.Value.Contains("RegularExpressions.Generated", StringComparison.Ordinal))
        .ToDictionary(member => member.Attribute("name")!.Value);

    // Words that say what a value is without its name.
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mean squared error"] = "MeanSquaredError", ["they are errors"] = "None",
        ["their sum"] = "Sum", ["the network's last state"] = "LastState",
        ["their dot product"] = "DotProduct", ["in a random order"] = "True", ["a random order"] = "True",
    };

    private static string? Text(string id) => Members.TryGetValue(id, out var member) ? Text(member.Element("summary")) : null;

    private static string? Text(XElement? element) => element is null ? null
        : White().Replace(string.Concat(element.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } inner => (inner.Attribute("cref") ?? inner.Attribute("name") ?? inner.Attribute("langword"))?.Value
                .Split('.')[^1],
            _ => "",
        })), " ").Trim();

    // "100 by default", "0, the default,", "by default 1", "null, as by default"
    private static string? Promised(string? text)
    {
        if (text is null)
            return null;
        var found = Before().Match(text);
        if (!found.Success)
            found = After().Match(text);
        return found.Success ? found.Groups["value"].Value : null;
    }

    private static bool Is(object? value, string promised, string text)
    {
        if (promised.Equals("null", StringComparison.OrdinalIgnoreCase))
            return value is null;
        if (promised.Equals("none", StringComparison.OrdinalIgnoreCase))
            return value is null || value is System.Collections.ICollection { Count: 0 };
        if (value is bool flag)
            return flag.ToString().Equals(promised, StringComparison.OrdinalIgnoreCase);
        if (value is long bytes && text.Contains($"{promised} MB", StringComparison.Ordinal))
            return Number(promised) * (1 << 20) == bytes;
        return value is not null && (value is float single ? (float)Number(promised) == single
            : Number(promised) == System.Convert.ToDouble(value, CultureInfo.InvariantCulture));
    }

    private static double Number(string text) =>
        double.Parse(text.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static object? Make(Type type)
    {
        if (type.IsAbstract || type.ContainsGenericParameters)
            return null;
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(each => each.GetParameters().All(parameter => parameter.HasDefaultValue)).MinBy(each => each.GetParameters().Length);
        return constructor?.Invoke(BindingFlags.OptionalParamBinding, null,
            [.. constructor.GetParameters().Select(parameter => parameter.DefaultValue)], null);
    }

    [TestMethod]
    public void Properties_begin_with_the_documented_default()
    {
        List<string> wrong = [];
        var read = 0;
        var types = Libraries.SelectMany(library => library.GetExportedTypes()).ToArray();
        foreach (var type in types)
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                var text = Text($"P:{type.FullName!.Replace('+', '.')}.{property.Name}");
                if (Promised(text) is not { } promised)
                    continue;
                // those that derive from it may begin with another value, which the text then has to name
                foreach (var made in types.Where(type.IsAssignableFrom).Select(Make).OfType<object>())
                {
                    read++;
                    var value = property.GetValue(made);
                    if (!Is(value, promised, text!) && (made.GetType() == type || value is null or bool
                        || !Numbers().Matches(text!).Any(number => Is(value, number.Value, text!))))
                        wrong.Add($"{made.GetType().DeclaringType?.Name}.{made.GetType().Name}.{property.Name} is {value ?? "null"}; "
                            + $"documented: {text}");
                }
            }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThan(200, read);
    }

    [TestMethod]
    public void Enumerations_begin_with_the_documented_default()
    {
        List<string> wrong = [];
        var read = 0;
        var types = Libraries.SelectMany(library => library.GetExportedTypes()).ToArray();
        foreach (var type in types)
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).IsEnum))
            {
                var text = Text($"P:{type.FullName!.Replace('+', '.')}.{property.Name}");
                if (text is null || !text.Contains("default", StringComparison.OrdinalIgnoreCase) || Promised(text) is "null" or "Null")
                    continue;
                var clause = Clauses().Split(text).Single(part => part.Contains("default", StringComparison.OrdinalIgnoreCase));
                foreach (var made in types.Where(type.IsAssignableFrom).Select(Make).OfType<object>())
                {
                    read++;
                    var value = property.GetValue(made)!.ToString()!;
                    if (!clause.Contains(value, StringComparison.OrdinalIgnoreCase)
                        && !Meanings.Any(pair => pair.Value == value && clause.Contains(pair.Key, StringComparison.OrdinalIgnoreCase)))
                        wrong.Add($"{made.GetType().FullName}.{property.Name} is {value}; documented: {text}");
                }
            }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThan(20, read);
    }

    [TestMethod]
    public void Parameters_have_the_documented_default()
    {
        List<string> wrong = [];
        var read = 0;
        var methods = Libraries.SelectMany(library => library.GetExportedTypes()).SelectMany(type => type.GetMethods(BindingFlags.Public
            | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Cast<MethodBase>().Concat(type.GetConstructors()));
        foreach (var method in methods)
            foreach (var parameter in method.GetParameters())
            {
                var name = $"M:{method.DeclaringType!.FullName!.Replace('+', '.')}.{method.Name.Replace('.', '#')}";
                foreach (var member in Members.Where(member => member.Key == name || member.Key.StartsWith(name + "(",
                    StringComparison.Ordinal) || member.Key.StartsWith(name + "``", StringComparison.Ordinal)))
                {
                    var text = Text(member.Value.Elements("param").FirstOrDefault(each =>
                        each.Attribute("name")!.Value == parameter.Name));
                    if (Promised(text) is not { } promised || !parameter.HasDefaultValue)
                        continue;
                    read++;
                    if (!Is(parameter.DefaultValue, promised, text!))
                        wrong.Add($"{method.DeclaringType.Name}.{method.Name}, {parameter.Name} is {parameter.DefaultValue ?? "null"}; "
                            + $"documented: {text}");
                }
            }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    private const string Value = @"(?<value>-?\d[\d,]*(\.\d+)?(e-?\d+)?|[Tt]rue|[Ff]alse|[Nn]ull|[Nn]one)";

    [GeneratedRegex(@"(?<![\w.])" + Value + @"(,? (MB|\w+s) |,)?\s?\(?((as )?by default\b|the default\b)")]
    private static partial Regex Before();

    [GeneratedRegex(@"[Bb]y default " + Value + @"(?![\w])")]
    private static partial Regex After();

    [GeneratedRegex(@"(?<![\w.])\d[\d,]*(\.\d+)?(e-?\d+)?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"(?<=[.;:])\s")]
    private static partial Regex Clauses();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
