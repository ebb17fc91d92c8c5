using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns the values of columns and maps them to keys.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    /// <summary>How the values are ordered.</summary>
    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    private readonly IHostEnvironment _env;
    private readonly ColumnPair[] _columns;
    private readonly int _maximumCount;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _textKeyValues;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, ColumnPair[] columns, int maximumNumberOfKeys, KeyOrdinality keyOrdinality,
        bool addKeyValueAnnotationsAsText, IDataView keyData)
    {
        Contracts.CheckParam(keyData is null || keyData.Schema.Count == 1, nameof(keyData), "If specified, this data view should contain "
            + $"only a single column containing the terms to map, but this had {keyData?.Schema.Count} columns.");
        _env = env;
        _columns = columns;
        _maximumCount = maximumNumberOfKeys;
        _ordinality = keyOrdinality;
        _textKeyValues = addKeyValueAnnotationsAsText;
        _keyData = keyData;
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var inputs = Array.ConvertAll(_columns, pair => pair.Find(input.Schema));
        return new ValueToKeyMappingTransformer(_env, _columns, _keyData is null ? Learn(input, inputs) : Given(inputs), _textKeyValues);
    }

    private KeyDictionary[] Learn(IDataView data, DataViewSchema.Column[] inputs)
    {
        Contracts.CheckParam(_maximumCount > 0, "MaxNumTerms", "Must be positive");
        var dictionaries = Array.ConvertAll(inputs, input => KeyDictionary.Create((PrimitiveDataViewType)input.Type.ItemType()));
        using var cursor = data.GetRowCursor(inputs.DistinctBy(input => input.Index));
        var adders = inputs.Select((input, i) => dictionaries[i].Adder(cursor, input, _maximumCount)).ToList();
        while (adders.Count > 0 && cursor.MoveNext())
            adders.RemoveAll(add => !add());
        if (_ordinality == KeyOrdinality.ByValue)
            Array.ForEach(dictionaries, dictionary => dictionary.Sort());
        return dictionaries;
    }

    private KeyDictionary[] Given(DataViewSchema.Column[] inputs)
    {
        var source = _keyData.Schema[0];
        foreach (var input in inputs)
        {
            Contracts.CheckParam(source.Type.Equals(input.Type.ItemType()), "keyData",
                $"Input data's column must be of type '{input.Type.ItemType()}' but was '{source.Type}'");
        }
        var dictionary = KeyDictionary.Create((PrimitiveDataViewType)source.Type);
        using var cursor = _keyData.GetRowCursor(_keyData.Schema);
        var add = dictionary.Adder(cursor, source, int.MaxValue);
        while (cursor.MoveNext() && add())
        {
        }
        if (_ordinality == KeyOrdinality.ByValue)
            dictionary.Sort();
        return Array.ConvertAll(inputs, _ => dictionary);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Array.ConvertAll(_columns, pair => ShapeOf(pair.Output, pair.Find(inputSchema))));
    }

    private SchemaShape.Column ShapeOf(string name, SchemaShape.Column input)
    {
        if (!input.ItemType.IsStandardScalar())
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name);
        bool hasOwnValues = input.IsKey && input.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out _);
        if (!hasOwnValues || !input.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out var keyValues))
        {
            keyValues = new SchemaShape.Column(AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector,
                _textKeyValues ? TextDataViewType.Instance : input.ItemType, input.IsKey && !_textKeyValues);
        }
        SchemaShape.Column[] annotations = input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out var slotNames)
            ? [slotNames, keyValues]
            : [keyValues];
        return new SchemaShape.Column(name, input.Kind, NumberDataViewType.UInt32, isKey: true, new SchemaShape(annotations));
    }
}

/// <summary>Maps values to keys, unseen and missing ones to the missing key.</summary>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    private readonly ColumnPair[] _columns;
    private readonly KeyDictionary[] _dictionaries;
    private readonly bool _textKeyValues;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, ColumnPair[] columns, KeyDictionary[] dictionaries, bool textKeyValues)
        : base(env, nameof(ValueToKeyMappingTransformer))
    {
        _columns = columns;
        _dictionaries = dictionaries;
        _textKeyValues = textKeyValues;
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, _columns.Select((pair, i) => Added(pair.Output, pair.Find(inputSchema), _dictionaries[i])).ToArray());

    private AddedColumn Added(string name, DataViewSchema.Column input, KeyDictionary dictionary)
    {
        Contracts.Check(input.Type.ItemType().Equals(dictionary.ItemType),
            $"Could not apply a map over type '{dictionary.ItemType}' to column '{name}' since it has type '{input.Type.ItemType()}'");
        var annotations = new DataViewSchema.Annotations.Builder();
        dictionary.AddKeyValues(annotations, input, _textKeyValues);
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        var column = new DataViewSchema.DetachedColumn(name, input.Type.WithItemType(dictionary.KeyType), annotations.ToAnnotations());
        return new AddedColumn(column, [input.Index], row => dictionary.KeyGetter(row, input));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ValueToKeyMappingTransformer));
        ColumnPair.Write(ctx.Writer, _columns);
        ctx.Writer.Write(_textKeyValues);
        foreach (var dictionary in _dictionaries)
            dictionary.Save(ctx.Writer);
    }

    internal static ValueToKeyMappingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        var columns = ColumnPair.Read(ctx.Reader);
        bool textKeyValues = ctx.Reader.ReadBoolean();
        return new ValueToKeyMappingTransformer(env, columns, Array.ConvertAll(columns, _ => KeyDictionary.Load(ctx.Reader)), textKeyValues);
    }
}
