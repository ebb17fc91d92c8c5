using Examples;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace GraphQuickstart.Data;

/// <summary>Molecules with a measured property: .csv files with a header, SMILES in the column <c>smiles</c>.</summary>
internal static class MoleculeFolder
{
    // The column of the property in the sets of MoleculeNet.
    private static readonly string[] Properties = ["measured log solubility in mols per litre", "expt", "exp"];

    /// <summary>The first file of molecules in a folder, else its only .csv file; the file itself where it is one.</summary>
    internal static string? Find(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.csv").Order(StringComparer.Ordinal)] : [path];
        return files.FirstOrDefault(file => File.Exists(file)
            && TextFile.Lines(file).FirstOrDefault()?.Contains("smiles",
                StringComparison.OrdinalIgnoreCase) == true)
            ?? (files.Length == 1 && (!Directory.Exists(path) || Directory.GetFiles(path).Count(FolderContents.IsData) == 1)
                ? files[0] : null);
    }

    /// <summary>Reads a file as graphs, one molecule per row, in random order.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="file">The file.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="label">The name of the property's column; null for a usual one or the only column of numbers.</param>
    /// <param name="decimalComma">Whether numbers have a comma for a decimal point.</param>
    internal static (IDataView Graphs, int Count, string Property) Load(
        MLContext ml, string file, int seed, string? label = null, bool decimalComma = false)
    {
        Fields[] lines = [.. Table.Read(file, decimalComma).Rows];
        string[] header = [.. lines[0].Values.Select(name => name.Trim())];
        int Column(Predicate<string> matches) => Array.FindIndex(header, matches);
        var smiles = Column(name => name.Equals("smiles", StringComparison.OrdinalIgnoreCase));
        if (smiles < 0)
            throw lines[0].Error($"found the columns {string.Join(", ", header)}, expected a header with a column smiles");
        var rows = lines[1..];
        int[] numbers = [.. Enumerable.Range(0, header.Length).Where(column => column != smiles && rows.All(row =>
            column < row.Values.Length && Fields.TryNumber(row.Values[column], decimalComma, out _)))];
        var property = label is not null ? Column(name => name.Equals(label, StringComparison.OrdinalIgnoreCase))
            : Column(Properties.Contains) is >= 0 and var known ? known : numbers is [var only] ? only : -1;
        if (property < 0 || property == smiles)
            throw lines[0].Error($"found the columns {string.Join(", ", header)}, expected "
                + $"{(label is null ? $"one of the properties {string.Join("; ", Properties)}. State another with --label" : label)}");
        MoleculeRow[] molecules = [.. rows.Select(row => ReadRow(row, header, smiles, property))];
        new Random(seed).Shuffle(molecules);
        var data = ml.Data.LoadFromEnumerable(molecules);
        return (ml.Transforms.SmilesToGraph(nameof(MoleculeRow.Smiles)).Fit(data).Transform(data), molecules.Length, header[property]);
    }

    private static MoleculeRow ReadRow(Fields row, string[] header, int smiles, int property)
    {
        row.Require(header.Length);
        try
        {
            _ = Molecule.Parse(row.Values[smiles]);
        }
        catch (FormatException error)
        {
            throw row.Error(error.Message.TrimEnd('.'));
        }
        return new() { Smiles = row.Values[smiles], Label = row.Number(property) };
    }
}

/// <summary>A molecule.</summary>
internal sealed class MoleculeRow
{
    public string Smiles { get; set; } = "";

    public float Label { get; set; }
}
