using Examples;
using MLSeqGraph.Onnx;

namespace Decisions.Data;

/// <summary>
/// Reads <c>train</c> and <c>test</c> (.tsv, .csv or .txt, perhaps .gz): tables with a header and a step a line, in order. Columns:
/// <c>episode</c>, <c>reward</c>, <c>action</c> (or several that begin so); <c>step</c> and <c>time</c> aren't read, all others are the
/// state. Actions that are no numbers, or at most 32 whole ones, are names to choose from.
/// </summary>
internal static class TrajectoryFolder
{
    private const int MostNames = 32;

    /// <exception cref="InvalidDataException">A file is missing, or a line doesn't fit.</exception>
    internal static TrajectorySet Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        var (header, train) = Read(folder, "train");
        var (other, test) = Read(folder, "test");
        if (!header.Values.SequenceEqual(other.Values))
            throw other.Error($"the header is {string.Join(", ", other.Values)}, expected {string.Join(", ", header.Values)} as in "
                + Path.GetFileName(header.Path));
        string[] names = [.. header.Values.Select(name => name.Trim().ToLowerInvariant())];
        int Find(string name) => Array.IndexOf(names, name) is >= 0 and var found ? found
            : throw header.Error($"there is no column '{name}'; expected episode, reward, action and the numbers of the state");
        int episode = Find("episode"), reward = Find("reward");
        int[] All(Func<string, bool> suits) => [.. Enumerable.Range(0, names.Length).Where(column => suits(names[column]))];
        int[] actions = All(name => name.StartsWith("action", StringComparison.Ordinal)), states = All(name => !name.StartsWith("action",
            StringComparison.Ordinal) && name is not ("episode" or "reward" or "step" or "time"));
        if (actions.Length == 0 || states.Length == 0)
            throw header.Error(actions.Length == 0 ? "there is no column 'action'; a trajectory without actions teaches nothing"
                : "expected numbers of the state beside episode, reward and action");
        string[] chosen = [.. train.Select(row => row.Values[actions[0]].Trim()).Distinct().Order(StringComparer.Ordinal)];
        var isDiscrete = actions.Length == 1 && (!chosen.All(name => Fields.TryNumber(name, false, out _))
            || (chosen.Length <= MostNames && chosen.All(name => int.TryParse(name, out _))));
        TrajectoryRow[] Rows(Fields[] lines) => [.. lines.GroupBy(line => line.Values[episode]).Select(steps => new TrajectoryRow
        {
            States = [.. steps.SelectMany(line => states.Select(line.Number))],
            Chosen = isDiscrete ? [.. steps.Select(line => Known(line, chosen))] : [],
            Numbers = isDiscrete ? [] : [.. steps.SelectMany(line => actions.Select(line.Number))],
            Returns = DecisionPolicy.ReturnsToGo([.. steps.Select(line => line.Number(reward))]),
        })];
        string Known(Fields line, string[] known) => line.Values[actions[0]].Trim() is { Length: > 0 } name
            ? known.Contains(name) ? name : throw line.Error($"the action is '{name}', which no training step has: expected one of "
                + string.Join(", ", known))
            : throw line.Error("the action is empty");
        return new(Path.GetFileName(Path.GetFullPath(folder)), isDiscrete ? chosen : [], states.Length, actions.Length, Rows(train),
            Rows(test), null);
    }

    private static (Fields Header, Fields[] Rows) Read(string folder, string part)
    {
        var file = Directory.GetFiles(folder).Order(StringComparer.Ordinal).FirstOrDefault(file => FolderContents.IsData(file)
            && Path.GetFileName(file).Split('.')[0].Equals(part, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"{folder}: expected files 'train' and 'test', tables with a header and a step in each line, "
                + $"ending in .tsv, .csv or .txt; there is no '{part}'.{FolderContents.Describe(folder, "Decisions")}");
        Fields[] rows = [.. Table.Read(file).Rows];
        foreach (var row in rows)
            row.Require(rows[0].Values.Length);
        return rows.Length > 1 ? (rows[0], rows[1..]) : throw rows[0].Error("expected a header and lines behind it");
    }
}
