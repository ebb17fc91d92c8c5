using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Turns words into vectors, a vector for each word. A word that can't be found throws an <see cref="InvalidDataException"/> that names
/// column, row and word, unless the options say otherwise.
/// </summary>
public sealed class WordVectorTransformer : RowTransformer
{
    private readonly WordVectorOptions _options;

    internal WordVectorTransformer(string output, string input, WordVectors vectors, WordVectorOptions options) =>
        (Output, Input, Vectors, _options) = (output, input, vectors, options);

    /// <summary>The vectors.</summary>
    public WordVectors Vectors { get; }

    internal string Output { get; }

    internal string Input { get; }

    internal static DataViewType TypeOf(int size) => new VectorDataViewType(NumberDataViewType.Single, 0, size);

    internal static ArgumentException WrongType(string column, string type) =>
        new($"Column '{column}' is {type}; expected a vector of text, a word each.");

    /// <summary>Writes the vectors of words.</summary>
    /// <exception cref="InvalidDataException">A word has no vector.</exception>
    internal static void Write(WordVectors vectors, WordVectorOptions options, IEnumerable<string> words, string place,
        ref VBuffer<float> value)
    {
        List<float[]> found = [];
        foreach (var word in words)
        {
            var vector = new float[vectors.Size];
            var isKnown = vectors.TryGetVector(word, vector);
            if (!isKnown && options.UnknownWord == UnknownWord.Error)
                throw new InvalidDataException($"{place}: there is no vector of the word '{word}' among those of {vectors.Words.Count:N0} "
                    + $"words; expected one of them, or another {nameof(WordVectorOptions)}.{nameof(WordVectorOptions.UnknownWord)}.");
            if (isKnown || options.UnknownWord == UnknownWord.Zeros)
                found.Add(vector);
        }
        if (found.Count == 0)
            found.Add(new float[vectors.Size]);
        var editor = VBufferEditor.Create(ref value, checked(found.Count * vectors.Size));
        for (var i = 0; i < found.Count; i++)
            found[i].CopyTo(editor.Values[(i * vectors.Size)..]);
        value = editor.Commit();
    }

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var column = inputSchema.Require(Input);
        return column.Type is VectorDataViewType { ItemType: TextDataViewType }
            ? new RowMapping(inputSchema, [Input], Output, TypeOf(Vectors.Size), row => Open(row, column))
            : throw WrongType(Input, $"{column.Type}");
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(Input, new VectorDataViewType(TextDataViewType.Instance));
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(WordVectorMapping.Words, Input));
        chain.AddMapping(WordVectorMapping.Contract, WordVectorMapping.ToBytes(Input, Vectors, _options), new WordVectorMapping());
        chain.Add(chain.Transforms.CopyColumns(Output, WordVectorMapping.Vectors));
        return chain;
    }

    private Delegate Open(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> words = default;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            getter(ref words);
            Write(Vectors, _options, words.DenseValues().Select(word => word.ToString()), $"Column '{Input}', {RowName.Of(row)}",
                ref value);
        });
    }
}
