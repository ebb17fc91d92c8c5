using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLSeqGraph.Cluster;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.CommandLine;

/// <summary>
/// Options in a JSON file, under the names that the command line has: <c>--save-config</c> writes them, <c>--config</c> reads them, and
/// what the command line states goes before them.
/// </summary>
internal static class ConfigurationFile
{
    private const string CommandName = "command", Digest = "data_sha256", Version = "mlsg";

    private static readonly string[] NotSaved = ["--help", "--version", "--json", "--config", "--save-config", "--code"];

    /// <summary>The command line with what the file has besides.</summary>
    /// <exception cref="UsageException">It is of another command, or has an option that the command lacks.</exception>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    internal static string[] Merge(RootCommand root, ParseResult given, string[] arguments, string path, Func<string[], ParseResult> parse,
        Action<string> warn)
    {
        var file = Read(path);
        var command = given.CommandResult.Command;
        var name = file[CommandName]?.ToString();
        if (command == root)
        {
            command = root.Subcommands.FirstOrDefault(one => one.Name == name) ?? throw new UsageException($"State a command, or one as "
                + $"\"{CommandName}\" in {path}: {string.Join(", ", root.Subcommands.Select(one => one.Name))}.");
            arguments = [command.Name, .. arguments];
            given = parse(arguments);
        }
        else if (name is not null && name != command.Name)
            throw new UsageException($"{path} is of mlsg {name}, not of mlsg {command.Name}.");
        var added = new List<string>();
        foreach (var (key, value) in file)
        {
            if (key is CommandName or Digest or Version)
                continue;
            var option = command.Options.FirstOrDefault(one => one.Name == $"--{key}" && !NotSaved.Contains(one.Name))
                ?? throw new UsageException($"{path}: mlsg {command.Name} has no option '{key}'.{Examples.Suggestion.For(key,
                    Names(command))} It has {string.Join(", ", Names(command))}.");
            if (given.GetResult(option) is { Implicit: false })
                continue;
            foreach (var one in value is JsonArray list ? [.. list] : (JsonNode?[])[value])
                added.AddRange(one?.GetValueKind() switch
                {
                    null or JsonValueKind.Null or JsonValueKind.False => [],
                    JsonValueKind.True => [option.Name],
                    JsonValueKind.Number or JsonValueKind.String => [option.Name, one.ToString()],
                    _ => throw new UsageException($"{path}: '{key}' is {one.ToJsonString()}; expected a text, a number, true or false, or "
                        + "a list of some."),
                });
        }
        Compare(file, given, path, warn);
        return [.. arguments, .. added];
    }

    /// <summary>Writes the options of a run, those that it found out by itself too.</summary>
    internal static void Save(string path, ParseResult given, IReadOnlyDictionary<string, object?> found)
    {
        var command = given.CommandResult.Command;
        var file = new JsonObject
        {
            [CommandName] = command.Name, [Version] = typeof(ConfigurationFile).Assembly.GetName().Version!.ToString(3),
        };
        foreach (var option in command.Options.Where(option => !NotSaved.Contains(option.Name)))
        {
            var key = option.Name[2..];
            var node = found.TryGetValue(key, out var value) ? Node(value)
                : given.GetResult(option) is { Implicit: false } stated ? Stated(option, [.. stated.Tokens.Select(token => token.Value)])
                : option.HasDefaultValue ? Node(option.GetDefaultValue()) : null;
            if (node is not null)
                file[key] = node;
        }
        if (file["data"]?.ToString() is { } data && File.Exists(data))
            file[Digest] = JobFiles.DigestOf(data);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new() { Indented = true });
            file.WriteTo(writer);
        });
    }

    private static JsonObject Read(string path)
    {
        using var stream = DataFile.Open(path);
        try
        {
            return JsonNode.Parse(stream, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })
                as JsonObject ?? throw new InvalidDataException($"{path} is no JSON object; expected {{ \"data\": \"train.tsv\", … }}.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}, line {error.LineNumber + 1}: no JSON: {error.Message}", error);
        }
    }

    // The same options on other rows are another run.
    private static void Compare(JsonObject file, ParseResult given, string path, Action<string> warn)
    {
        var option = given.CommandResult.Command.Options.FirstOrDefault(one => one.Name == "--data");
        if (file[Digest]?.ToString() is { } expected && file["data"]?.ToString() is { } data && File.Exists(data)
            && option is not null && given.GetResult(option) is not { Implicit: false } && JobFiles.DigestOf(data) != expected)
            warn($"{data} is no longer the file of {path}, whose digest is {expected[..8]}…: expect other results.");
    }

    private static IEnumerable<string> Names(Command command) =>
        command.Options.Where(option => !NotSaved.Contains(option.Name)).Select(option => option.Name[2..]);

    private static JsonNode? Stated(Option option, string[] values) => values.Length == 0 ? JsonValue.Create(true)
        : option.ValueType.IsArray ? new JsonArray([.. values.Select(value => (JsonNode?)JsonValue.Create(value))])
        : (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) == typeof(int)
            ? JsonValue.Create(int.Parse(values[^1], CultureInfo.InvariantCulture))
        : (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) == typeof(double)
            ? JsonValue.Create(double.Parse(values[^1], CultureInfo.InvariantCulture))
        : JsonValue.Create(values[^1]);

    private static JsonNode? Node(object? value) => value switch
    {
        null or false => null,
        true => JsonValue.Create(true),
        int whole => JsonValue.Create(whole),
        double number => JsonValue.Create(number),
        string[] { Length: 0 } => null,
        string[] texts => new JsonArray([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]),
        Enum one => JsonValue.Create(one.ToString().ToLowerInvariant()),
        _ => JsonValue.Create(value.ToString()),
    };
}
