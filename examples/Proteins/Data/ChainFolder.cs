using System.Globalization;
using Examples;

namespace Proteins.Data;

/// <summary>Chains to train on, to choose by and to test on.</summary>
internal sealed record ChainData(string Name, Chain[] Train, Chain[] Validation, Chain[] Test)
{
    internal bool HasStates => Train[0].States is not null;

    internal bool HasPlaces => Train[0].Beta is not null;

    /// <summary>The parts and what their files are called.</summary>
    internal (string Name, Chain[] Chains)[] Parts => [("train", Train), ("val", Validation), ("test", Test)];

    /// <summary>Checks that what is told is known in each part, and that it differs in the one that is trained on.</summary>
    /// <param name="told">What is told of a chain, as far as it is known: states, or distances.</param>
    /// <param name="what">What that is, for messages: "states".</param>
    /// <exception cref="InvalidDataException">Nothing is known in a part, or all is the same: the message names the part.</exception>
    internal void RequireTwo<T>(Func<Chain, IEnumerable<T>> told, string what)
    {
        foreach (var (part, chains) in Parts)
            switch (chains.SelectMany(told).Distinct().Take(2).ToArray())
            {
                case []:
                    throw new InvalidDataException($"{Name}: the chains of {part} have no {what} that are known, expected some.");
                case [var one] when part == "train":
                    throw new InvalidDataException($"{Name}: all {what} of the chains of {part} are {one}, expected two kinds or more, "
                        + "which can be told apart.");
            }
    }
}

/// <summary>
/// A folder of <c>train.tsv</c>, <c>val.tsv</c> and <c>test.tsv</c>: lines of name, sequence and either three states, eight states and
/// perhaps more, or the places of the C-alpha and C-beta atoms, <c>x,y,z x,y,z …</c>.
/// </summary>
internal static class ChainFolder
{
    private const string Expected = "train.tsv, val.tsv and test.tsv of protein chains: name, sequence and states, or name, sequence and "
        + "two lists of coordinates";

    /// <exception cref="InvalidDataException">Files are missing, or a line is wrong: it names file and line.</exception>
    internal static ChainData Load(string folder)
    {
        var all = ((string[])["train", "val", "test"]).Select(part => (string[])[$"{part}.tsv", $"{part}.tsv.gz"])
            .Select(names => names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)).ToArray();
        if (all.Any(file => file is null))
            throw new InvalidDataException($"{folder} has no {string.Join(" or ", ((string[])["train.tsv", "val.tsv", "test.tsv"])
                .Where((_, i) => all[i] is null))}; expected {Expected}.{FolderContents.Describe(folder, "Proteins")}");
        var parts = all.Select(file => Read(file!)).ToArray();
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var data = new ChainData(name, parts[0], parts[1], parts[2]);
        return parts.All(part => part[0].States is null == !data.HasStates) ? data
            : throw new InvalidDataException($"{folder}: some files have states and some have coordinates; expected {Expected}.");
    }

    /// <summary>Reads a file.</summary>
    internal static Chain[] Read(string path) => [.. Table.Read(path, separator: '\t').Rows.Select(Of)];

    private static Chain Of(Fields line)
    {
        line.RequireAtLeast(3, "a name, a sequence and states or coordinates");
        var sequence = line.Values[1].Trim();
        if (sequence.Length == 0)
            throw line.Error("the sequence is empty, expected a letter for each residue");
        if (sequence.FirstOrDefault(letter => !char.IsAsciiLetter(letter) && letter != '-') is var wrong && wrong != 0)
            throw line.Error($"the sequence has the character '{wrong}', expected letters of residues, - or X where one isn't known");
        var chain = new Chain(line.Values[0], sequence.ToUpperInvariant());
        if (line.Values[2].Contains(','))
        {
            var alpha = Places(line, 2, sequence.Length);
            return chain with { Alpha = alpha, Beta = line.Values.Length > 3 ? Places(line, 3, sequence.Length) : alpha };
        }
        var (states, dssp) = (States(line, 2, "HEC", sequence.Length),
            line.Values.Length > 3 ? States(line, 3, "HGIEBTSC", sequence.Length) : null);
        for (var residue = 0; residue < sequence.Length && dssp is not null; residue++)
            if (!Chain.Agree(states[residue], dssp[residue]))
                throw line.Error($"residue {residue + 1} is {states[residue]} in field 3 and {dssp[residue]} in field 4, which is one of "
                    + $"{Chain.Merged(dssp[residue])}; expected the same state in both, or ? where it isn't known");
        return chain with { States = states, Dssp = dssp };
    }

    private static string States(Fields line, int field, string known, int residues)
    {
        var states = line.Values[field].Trim();
        if (states.Length != residues)
            throw line.Error($"{states.Length} states in field {field + 1} for {residues} residues, expected one each");
        var wrong = states.FirstOrDefault(state => state is not ('?' or '-') && !known.Contains(state));
        return wrong == 0 ? states.Replace('-', '?') : throw line.Error($"the state '{wrong}' in field {field + 1}, expected one of "
            + $"{known}, or ? where it isn't known");
    }

    // A residue that wasn't seen is - or nan,nan,nan.
    private static float[] Places(Fields line, int field, int residues)
    {
        var parts = line.Values[field].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != residues)
            throw line.Error($"{parts.Length} points in field {field + 1} for {residues} residues, expected one each, - for a residue that "
                + "wasn't seen");
        return [.. parts.SelectMany(point =>
        {
            if (point is "-" or "nan,nan,nan" or "NaN,NaN,NaN")
                return (float[])[float.NaN, float.NaN, float.NaN];
            float[] numbers = [.. point.Split(',').Select(text =>
                float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : float.NaN)];
            return numbers.Length == 3 && numbers.All(float.IsFinite) ? numbers
                : throw line.Error($"the point '{point}' in field {field + 1}, expected x,y,z, or - for a residue that wasn't seen");
        })];
    }
}
