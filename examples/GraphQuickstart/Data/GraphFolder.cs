using Examples;

namespace GraphQuickstart.Data;

/// <summary>What a folder holds.</summary>
internal enum GraphKind
{
    /// <summary>A graph, perhaps with classes of nodes.</summary>
    Nodes,
    /// <summary>A graph of several relations, with classes of nodes.</summary>
    Relational,
    /// <summary>A knowledge graph to be completed.</summary>
    Triples,
    /// <summary>Molecules with a measured property.</summary>
    Molecules,
}

/// <summary>Finds out what a folder holds.</summary>
internal static class GraphFolder
{
    /// <exception cref="InvalidDataException">It is none of the kinds; the message says what it looks like.</exception>
    internal static GraphKind Recognize(string path, string? edges = null) =>
        Directory.Exists(path) && edges is null && RelationalFolder.Matches(path) ? GraphKind.Relational
        : Directory.Exists(path) && NodeFolder.Matches(path, edges) ? GraphKind.Nodes
        : Directory.Exists(path) && TripleFolder.Matches(path) ? GraphKind.Triples
        : MoleculeFolder.Find(path) is not null ? GraphKind.Molecules
        : throw new InvalidDataException($"{Path.GetFullPath(path)} has none of: edges, perhaps features, labels and split; triples, train "
            + "and test; train, valid and test with a triple in each line; a TU set and folds.tsv; molecules as .csv with a column smiles."
            + (Directory.Exists(path) ? $" Found {IdFile.Listed(path)}." : "") + FolderContents.Describe(path, "GraphQuickstart"));
}
