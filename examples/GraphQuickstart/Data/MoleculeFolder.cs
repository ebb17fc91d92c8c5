using System.Globalization;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace GraphQuickstart.Data;

/// <summary>Molecules with a measured property: .csv files with a header, SMILES in the column <c>smiles</c>.</summary>
internal static class MoleculeFolder
{
    // The column of the property in the sets of MoleculeNet.
    private static readonly string[] Properties = ["measured log solubility in mols per litre", "expt", "exp"];

    /// <summary>The first file of molecules in a folder, or the file itself.</summary>
    internal static string? Find(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.csv").Order(StringComparer.Ordinal)] : [path];
        return files.FirstOrDefault(file => File.Exists(file) && Split(TextLines.Read(file).First()).Contains("smiles"));
    }

    /// <summary>Reads a file as graphs, one molecule per row, in random order.</summary>
    internal static (IDataView Graphs, int Count) Load(MLContext ml, string file, int seed)
    {
        var header = Split(TextLines.Read(file).First());
        int smiles = header.IndexOf("smiles"), property = header.FindIndex(Properties.Contains);
        if (property < 0)
            throw new InvalidDataException(
                $"{file}: found the columns {string.Join(", ", header)}; expected one of the properties {string.Join("; ", Properties)}.");
        MoleculeRow[] rows = [.. TextLines.Read(file).Skip(1).Where(line => line.Length > 0).Select(Split)
            .Select(fields => new MoleculeRow
            {
                Smiles = fields[smiles].Trim(),
                Label = float.Parse(fields[property], CultureInfo.InvariantCulture),
            })];
        new Random(seed).Shuffle(rows);
        var data = ml.Data.LoadFromEnumerable(rows);
        return (ml.Transforms.SmilesToGraph(nameof(MoleculeRow.Smiles)).Fit(data).Transform(data), rows.Length);
    }

    // Fields may be quoted.
    private static List<string> Split(string line)
    {
        var fields = new List<string>();
        for (var i = 0; i <= line.Length; i++)
        {
            var end = i < line.Length && line[i] == '"' ? line.IndexOf('"', i + 1) + 1 : line.IndexOf(',', i);
            end = end <= 0 && (i >= line.Length || line[i] != '"') || end < 0 ? line.Length : end;
            fields.Add(line[i..end].Trim('"'));
            i = end;
        }
        return fields;
    }
}

/// <summary>A molecule.</summary>
internal sealed class MoleculeRow
{
    public string Smiles { get; set; } = "";

    public float Label { get; set; }
}
