using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Text;

/// <summary>Cuts text into words; there is nothing to fit.</summary>
public sealed class WordTokenizingEstimator : TrivialEstimator<WordTokenizingTransformer>
{
    internal WordTokenizingEstimator(WordTokenizingTransformer transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Array.ConvertAll(Transformer.Columns, pair =>
        {
            var input = pair.Find(inputSchema);
            WordTokenizingTransformer.Check(input.ItemType, pair.Input, input.ItemType.ToString());
            return new SchemaShape.Column(pair.Output, SchemaShape.Column.VectorKind.VariableVector, input.ItemType, isKey: false);
        }));
    }
}

/// <summary>Cuts text, or each text of a vector, at separators; spaces around words and empty words are dropped.</summary>
public sealed class WordTokenizingTransformer : OneToOneTransformerBase
{
    private readonly char[] _separators;

    internal WordTokenizingTransformer(IHostEnvironment env, ColumnPair[] columns, char[] separators)
        : base(env, nameof(WordTokenizingTransformer))
    {
        Columns = columns;
        _separators = separators;
    }

    internal ColumnPair[] Columns { get; }

    internal static void Check(DataViewType itemType, string column, string actualType)
    {
        if (itemType is not TextDataViewType)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", column, "String or Vector of String", actualType);
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, Array.ConvertAll(Columns, pair =>
        {
            var input = pair.Find(inputSchema);
            Check(input.Type.ItemType(), pair.Input, input.Type.ToString());
            var column = new DataViewSchema.DetachedColumn(pair.Output, new VectorDataViewType(TextDataViewType.Instance));
            return new AddedColumn(column, [input.Index], row => MakeGetter(row, input));
        }));

    private Delegate MakeGetter(DataViewRow row, DataViewSchema.Column input)
    {
        var words = new List<ReadOnlyMemory<char>>();
        if (input.Type is not VectorDataViewType)
        {
            var getter = row.GetGetter<ReadOnlyMemory<char>>(input);
            return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> destination) =>
            {
                ReadOnlyMemory<char> text = default;
                getter(ref text);
                words.Clear();
                AddWords(text, words);
                Write(words, ref destination);
            });
        }
        var vectorGetter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(input);
        VBuffer<ReadOnlyMemory<char>> texts = default;
        return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> destination) =>
        {
            vectorGetter(ref texts);
            words.Clear();
            foreach (var text in texts.GetValues())
                AddWords(text, words);
            Write(words, ref destination);
        });
    }

    private void AddWords(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> words)
    {
        while (!text.IsEmpty)
        {
            int end = text.Span.IndexOfAny(_separators);
            var word = (end < 0 ? text : text[..end]).Trim(' ');
            if (!word.IsEmpty)
                words.Add(word);
            text = end < 0 ? default : text[(end + 1)..];
        }
    }

    private static void Write(List<ReadOnlyMemory<char>> words, ref VBuffer<ReadOnlyMemory<char>> destination)
    {
        var editor = VBufferEditor.Create(ref destination, words.Count);
        for (int i = 0; i < words.Count; i++)
            editor.Values[i] = words[i];
        destination = editor.Commit();
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(WordTokenizingTransformer));
        ColumnPair.Write(ctx.Writer, Columns);
        ctx.Writer.Write(new string(_separators));
    }

    internal static WordTokenizingTransformer Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, ColumnPair.Read(ctx.Reader), ctx.Reader.ReadString().ToCharArray());
}
