using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Turns a column of SMILES into graphs: a node per atom, and per bond an edge in each direction.</summary>
/// <remarks>
/// Adds <c>NodeFeatures</c> [atoms, <see cref="MoleculeFeatures.AtomCount"/>] and <c>Edges</c> [2, edges], which trainers of graphs
/// read by default, and <c>EdgeFeatures</c> [edges, <see cref="MoleculeFeatures.BondCount"/>], which they read where
/// <see cref="GraphColumns.EdgeFeaturesColumnName"/> names them. A text that isn't SMILES throws an <see cref="InvalidDataException"/> that
/// names column, row and position.
/// </remarks>
public sealed class SmilesToGraphTransformer : RowTransformer
{
    private readonly string _column;

    internal SmilesToGraphTransformer(string column) => _column = column;

    internal static DataViewSchema Added { get; } = MakeAdded();

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var column = inputSchema.Require(_column);
        return column.Type is TextDataViewType
            ? new RowMapping(inputSchema, [_column], Added, row => Open(row, column))
            : throw new ArgumentException($"Column '{_column}' is {column.Type}; expected SMILES as text.");
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(_column, TextDataViewType.Instance);
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(SmilesMapping.Smiles, _column));
        chain.AddMapping(SmilesMapping.Contract, Encoding.UTF8.GetBytes(_column), new SmilesMapping());
        return chain;
    }

    private static Func<DataViewSchema.Column, Delegate> Open(DataViewRow row, DataViewSchema.Column column)
    {
        var smiles = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        Molecule? molecule = null;
        var parsedAt = -1L;
        return added => added.Name switch
        {
            MoleculeGraph.NodeFeatures =>
                (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => MoleculeGraph.WriteAtoms(Current(), ref value)),
            MoleculeGraph.Edges => (ValueGetter<VBuffer<int>>)((ref VBuffer<int> value) => MoleculeGraph.WriteEdges(Current(), ref value)),
            _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => MoleculeGraph.WriteBonds(Current(), ref value)),
        };

        // Parsed once per row, whichever columns are read.
        Molecule Current()
        {
            if (molecule is not null && parsedAt == row.Position)
                return molecule;
            smiles(ref text);
            molecule = SmilesMapping.Parse(text.ToString(), column.Name, RowName.Of(row));
            parsedAt = row.Position;
            return molecule;
        }
    }

    private static DataViewSchema MakeAdded()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(MoleculeGraph.NodeFeatures, new VectorDataViewType(NumberDataViewType.Single, 0, MoleculeFeatures.AtomCount));
        builder.AddColumn(MoleculeGraph.Edges, new VectorDataViewType(NumberDataViewType.Int32));
        builder.AddColumn(MoleculeGraph.EdgeFeatures, new VectorDataViewType(NumberDataViewType.Single, 0, MoleculeFeatures.BondCount));
        return builder.ToSchema();
    }
}
