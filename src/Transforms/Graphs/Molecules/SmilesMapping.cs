using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="SmilesToGraphTransformer"/> does with a row. The payload is the name of the column.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SmilesMapping : CustomMappingFactory<SmilesMapping.Source, SmilesMapping.Graph>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.SmilesToGraph";

    /// <summary>The name under which the SMILES are read.</summary>
    public const string Smiles = SavedChain.Prefix + "smiles";

    public override Action<Source, Graph> GetMapping()
    {
        var columns = new PayloadReader<string>(Encoding.UTF8.GetString);
        return (row, graph) =>
        {
            var molecule = Parse(row.Smiles.ToString(), columns.Get(row.Payload), null);
            VBuffer<float> atoms = default, bonds = default;
            VBuffer<int> edges = default;
            MoleculeGraph.WriteAtoms(molecule, ref atoms);
            MoleculeGraph.WriteEdges(molecule, ref edges);
            MoleculeGraph.WriteBonds(molecule, ref bonds);
            (graph.NodeFeatures, graph.Edges, graph.EdgeFeatures) = (atoms, edges, bonds);
        };
    }

    /// <exception cref="InvalidDataException">The text isn't SMILES.</exception>
    internal static Molecule Parse(string smiles, string column, string? row)
    {
        try
        {
            return Molecule.Parse(smiles);
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"Column '{column}'{(row is null ? "" : $", {row}")}: {error.Message}", error);
        }
    }

    /// <summary>The column read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(SmilesMapping.Smiles)]
        public ReadOnlyMemory<char> Smiles { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Graph
    {
        [ColumnName(MoleculeGraph.NodeFeatures), VectorType(0, MoleculeFeatures.AtomCount)]
        public VBuffer<float> NodeFeatures { get; set; }

        [ColumnName(MoleculeGraph.Edges)]
        public VBuffer<int> Edges { get; set; }

        [ColumnName(MoleculeGraph.EdgeFeatures), VectorType(0, MoleculeFeatures.BondCount)]
        public VBuffer<float> EdgeFeatures { get; set; }
    }
}
