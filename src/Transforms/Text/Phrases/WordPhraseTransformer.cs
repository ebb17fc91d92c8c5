using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Joins the words of phrases: "new", "york" become "new_york".</summary>
public sealed class WordPhraseTransformer : RowTransformer
{
    private readonly string _output, _input, _joint;
    private readonly WordPhrases _phrases;

    internal WordPhraseTransformer(string output, string input, WordPhrases phrases, string joint) =>
        (_output, _input, _phrases, _joint) = (output, input, phrases, joint);

    /// <summary>The phrases, as they are written.</summary>
    public IReadOnlyList<string> Phrases => [.. _phrases.Pairs.Select(pair => pair.First + _joint + pair.Second)];

    internal static DataViewType Type { get; } = new VectorDataViewType(TextDataViewType.Instance);

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var column = inputSchema.Require(_input);
        return column.Type is VectorDataViewType { ItemType: TextDataViewType }
            ? new RowMapping(inputSchema, [_input], _output, Type, row => Open(row, column))
            : throw WordVectorTransformer.WrongType(_input, $"{column.Type}");
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(_input, Type);
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(WordPhraseMapping.Words, _input));
        chain.AddMapping(WordPhraseMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(new WordPhraseMapping.Settings(_joint,
            [.. _phrases.Pairs.Select(pair => (string[])[pair.First, pair.Second])])), new WordPhraseMapping());
        chain.Add(chain.Transforms.CopyColumns(_output, WordPhraseMapping.Joined));
        return chain;
    }

    private Delegate Open(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> words = default;
        return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            getter(ref words);
            WordPhraseMapping.Write(_phrases, _joint, words, ref value);
        });
    }
}
