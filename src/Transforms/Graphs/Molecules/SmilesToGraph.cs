using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes graphs of a column of SMILES: an atom a node, a bond an edge each way.</summary>
/// <remarks>
/// Adds <c>NodeFeatures</c> [atoms, <see cref="MoleculeFeatures.AtomCount"/>], <c>Edges</c> [2, edges], and <c>EdgeFeatures</c>
/// [edges, <see cref="MoleculeFeatures.BondCount"/>], as trainers of graphs read them by default. Before a trainer that is saved with
/// the pipeline, apply it to the data beforehand: it has no form of ML.NET's own.
/// </remarks>
public sealed class SmilesToGraphTransformer : ITransformer
{
    private readonly string _column;

    internal SmilesToGraphTransformer(string column) => _column = column;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Require(_column);
        if (column.Type is not TextDataViewType)
            throw new ArgumentException($"Column '{_column}' is {column.Type}; expected SMILES as text.");
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(Added);
        return builder.ToSchema();
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new View(input, GetOutputSchema(input.Schema), _column);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException("SmilesToGraph works on views: use Transform.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("SmilesToGraph has no form that ML.NET can load: apply it before the pipeline that is saved.");

    internal static DataViewSchema Added { get; } = MakeAdded();

    private static DataViewSchema MakeAdded()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("NodeFeatures", new VectorDataViewType(NumberDataViewType.Single, 0, MoleculeFeatures.AtomCount));
        builder.AddColumn("Edges", new VectorDataViewType(NumberDataViewType.Int32));
        builder.AddColumn("EdgeFeatures", new VectorDataViewType(NumberDataViewType.Single, 0, MoleculeFeatures.BondCount));
        return builder.ToSchema();
    }

    private sealed class View(IDataView input, DataViewSchema schema, string column) : SequentialDataView(schema)
    {
        public override bool CanShuffle => input.CanShuffle;

        public override long? GetRowCount() => input.GetRowCount();

        protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
        {
            var needed = input.Schema.Where(one => active[one.Index] || one.Name == column && active.AsSpan(input.Schema.Count).Contains(true));
            return new Cursor(Schema, active, input.GetRowCursor(needed, rand), input.Schema, column);
        }
    }

    private sealed class Cursor(DataViewSchema schema, bool[] active, DataViewRowCursor inner, DataViewSchema inputSchema, string column) : SequentialCursor(schema, active)
    {
        private readonly ValueGetter<ReadOnlyMemory<char>>? _smiles = active.AsSpan(inputSchema.Count).Contains(true) ? inner.GetGetter<ReadOnlyMemory<char>>(inputSchema[column]) : null;
        private Molecule? _molecule;
        private long _parsedAt = -1;

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override bool MoveToNextRow() => inner.MoveNext();

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < inputSchema.Count)
                return inner.GetGetter<TValue>(inputSchema[column.Index]);
            Delegate getter = column.Name switch
            {
                "NodeFeatures" => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => WriteAtoms(Current(), ref value)),
                "Edges" => (ValueGetter<VBuffer<int>>)((ref VBuffer<int> value) => WriteEdges(Current(), ref value)),
                _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => WriteBonds(Current(), ref value)),
            };
            return (ValueGetter<TValue>)getter;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
        }

        // Parsed once a row, whichever columns are read.
        private Molecule Current()
        {
            if (_molecule is not null && _parsedAt == inner.Position)
                return _molecule;
            ReadOnlyMemory<char> text = default;
            _smiles!(ref text);
            try
            {
                _molecule = Molecule.Parse(text.ToString());
            }
            catch (FormatException error)
            {
                throw new InvalidDataException($"Column '{column}', {RowName.Of(inner)}: {error.Message}", error);
            }
            _parsedAt = inner.Position;
            return _molecule;
        }

        private static void WriteAtoms(Molecule molecule, ref VBuffer<float> value)
        {
            var editor = VBufferEditor.Create(ref value, molecule.Atoms.Count * MoleculeFeatures.AtomCount);
            for (var i = 0; i < molecule.Atoms.Count; i++)
                MoleculeFeatures.Write(molecule.Atoms[i], editor.Values.Slice(i * MoleculeFeatures.AtomCount, MoleculeFeatures.AtomCount));
            value = editor.Commit();
        }

        private static void WriteEdges(Molecule molecule, ref VBuffer<int> value)
        {
            var count = 2 * molecule.Bonds.Count;
            var editor = VBufferEditor.Create(ref value, 2 * count);
            for (var i = 0; i < molecule.Bonds.Count; i++)
            {
                var bond = molecule.Bonds[i];
                (editor.Values[2 * i], editor.Values[2 * i + 1]) = (bond.First, bond.Second);
                (editor.Values[count + 2 * i], editor.Values[count + 2 * i + 1]) = (bond.Second, bond.First);
            }
            value = editor.Commit();
        }

        private static void WriteBonds(Molecule molecule, ref VBuffer<float> value)
        {
            var editor = VBufferEditor.Create(ref value, 2 * molecule.Bonds.Count * MoleculeFeatures.BondCount);
            for (var i = 0; i < 2 * molecule.Bonds.Count; i++)
                MoleculeFeatures.Write(molecule.Bonds[i / 2], editor.Values.Slice(i * MoleculeFeatures.BondCount, MoleculeFeatures.BondCount));
            value = editor.Commit();
        }
    }
}

/// <summary>Makes a <see cref="SmilesToGraphTransformer"/>; there is nothing to learn.</summary>
public sealed class SmilesToGraphEstimator : IEstimator<SmilesToGraphTransformer>
{
    private readonly string _column;

    internal SmilesToGraphEstimator(string column) => _column = column;

    /// <inheritdoc/>
    public SmilesToGraphTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new SmilesToGraphTransformer(_column);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Require(_column);
        return column.ItemType is TextDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar
            ? inputSchema.With(SmilesToGraphTransformer.Added)
            : throw new ArgumentException($"Column '{_column}' is {column.Describe()}; expected SMILES as text.");
    }
}

/// <summary>Transforms of graphs, beside ML.NET's own in <see cref="MLContext.Transforms"/>.</summary>
public static class GraphTransformsCatalog
{
    /// <summary>Makes graphs of a column of SMILES.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="smilesColumnName">The column, text.</param>
    public static SmilesToGraphEstimator SmilesToGraph(this TransformsCatalog catalog, string smilesColumnName = "Smiles")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(smilesColumnName);
        return new(smilesColumnName);
    }
}
