using Examples;
using MLSeqGraph.Transforms;

namespace TextToText.Data;

/// <summary>
/// A folder with <c>train.tsv</c> and <c>test.tsv</c>, lines of task, text and answer parted by tabs, and perhaps <c>unlabelled.txt</c>, a
/// text a line. The network reads the task, a colon and the text; tokens are words.
/// </summary>
internal static class TaskFolder
{
    /// <exception cref="InvalidDataException">A file is missing, or a line isn't one of three fields.</exception>
    internal static TaskTexts Read(string folder)
    {
        var train = Examples(folder, "train.tsv");
        var test = Examples(folder, "test.tsv");
        var tasks = train.Select(example => example.Task).ToHashSet();
        if (test.FirstOrDefault(example => !tasks.Contains(example.Task)) is { } unknown)
            throw new InvalidDataException($"{Path.Combine(folder, "test.tsv")} has the task '{unknown.Task}', which train.tsv lacks; "
                + $"expected {string.Join(", ", tasks.Order().Select(task => $"'{task}'"))}.");
        var unlabelled = Path.Combine(folder, "unlabelled.txt");
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), train, test, !File.Exists(unlabelled) ? []
            : [.. TextFile.Lines(unlabelled).Where(line => line.Contains(' ')).Select(line => new Unlabelled { Text = line })]);
    }

    private static Example[] Examples(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            throw new InvalidDataException($"There is no file {path}; expected lines of task, text and answer, parted by tabs."
                + FolderContents.Describe(folder, "TextToText"));
        return [.. Table.Read(path).Rows.Select(row =>
        {
            row.RequireAtLeast(3, "a task, a text and an answer");
            string[] fields = [.. row.Values.Take(3).Select(value => value.Trim())];
            return !fields.Contains("") ? new Example { Task = fields[0], Input = $"{fields[0]}: {fields[1]}", Output = fields[2] }
                : throw row.Error($"field {Array.IndexOf(fields, "") + 1} is empty, expected a task, a text and an answer");
        })];
    }
}
