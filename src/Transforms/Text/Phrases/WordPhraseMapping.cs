using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="WordPhraseTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class WordPhraseMapping : CustomMappingFactory<WordPhraseMapping.Source, WordPhraseMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.WordPhrases";

    /// <summary>The names under which columns are read and written.</summary>
    public const string Words = SavedChain.Prefix + "phrase_words", Joined = SavedChain.Prefix + "phrases";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<(string Joint, WordPhrases Phrases)>(bytes =>
        {
            var read = JsonSerializer.Deserialize<Settings>(bytes)!;
            return (read.Joint, new(read.Pairs.Select(pair => (pair[0], pair[1]))));
        });
        return (row, result) =>
        {
            var (joint, phrases) = settings.Get(row.Payload);
            VBuffer<ReadOnlyMemory<char>> value = default;
            Write(phrases, joint, row.Words, ref value);
            result.Joined = value;
        };
    }

    /// <summary>Writes words with phrases joined.</summary>
    internal static void Write(WordPhrases phrases, string joint, VBuffer<ReadOnlyMemory<char>> words,
        ref VBuffer<ReadOnlyMemory<char>> value)
    {
        var joined = phrases.Join([.. words.DenseValues().Select(word => word.ToString())], joint);
        var editor = VBufferEditor.Create(ref value, joined.Count);
        for (var i = 0; i < joined.Count; i++)
            editor.Values[i] = joined[i].AsMemory();
        value = editor.Commit();
    }

    /// <summary>The payload.</summary>
    internal sealed record Settings(string Joint, string[][] Pairs);

    /// <summary>The column read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(WordPhraseMapping.Words)]
        public VBuffer<ReadOnlyMemory<char>> Words { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(WordPhraseMapping.Joined)]
        public VBuffer<ReadOnlyMemory<char>> Joined { get; set; }
    }
}
