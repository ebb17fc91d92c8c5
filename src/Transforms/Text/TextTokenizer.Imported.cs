namespace MLSeqGraph.Transforms;

// Tokenizers of models of other programs.
public abstract partial class TextTokenizer
{
    /// <summary>
    /// Pieces of words by the vocabulary of a model of BERT's kind (Devlin et al. 2019). Keys are the model's ids where its first token is
    /// <c>[PAD]</c>, which is no key but what batches are filled up with. <see cref="TextTokenizationOptions.AddBeginToken"/> adds
    /// <c>[CLS]</c> and <see cref="TextTokenizationOptions.AddEndToken"/> <c>[SEP]</c>.
    /// </summary>
    /// <param name="vocabulary">The text of the model's vocab.txt: a token in each line.</param>
    /// <param name="lowercase">Whether texts lose their case and accents, as for models whose name has <c>uncased</c>.</param>
    /// <exception cref="InvalidDataException">
    /// A line is empty, a token is there twice, or <c>[UNK]</c>, <c>[CLS]</c> or <c>[SEP]</c> is missing.
    /// </exception>
    public static TextTokenizer WordPieces(string vocabulary, bool lowercase = true)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return WordPieceTokenizer.Of("the vocabulary", vocabulary, lowercase);
    }

    /// <summary>The same by a file.</summary>
    /// <param name="path">The model's vocab.txt.</param>
    /// <param name="lowercase">Whether texts lose their case and accents.</param>
    /// <inheritdoc cref="WordPieces(string, bool)" path="/*[not(self::param)]"/>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    public static TextTokenizer LoadWordPieces(string path, bool lowercase = true) =>
        WordPieceTokenizer.Of(path, TextFile.ReadAll(path, "a vocabulary, a piece of a word in each line"), lowercase);

    /// <summary>
    /// This tokenizer with further tokens, such as names and terms that it cuts into pieces: they are taken out of a text as a whole where
    /// they stand as words of their own. A network takes them with <c>OnnxNetworkOptions.NewTokens</c>.
    /// </summary>
    /// <param name="tokens">The tokens; their keys follow those of the others.</param>
    /// <exception cref="ArgumentException">There are none, or one is empty, has white space around it, or is there already.</exception>
    public TextTokenizer WithTokens(params string[] tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        string[] added = [.. tokens];
        return added.Length == 0 ? throw new ArgumentException("There are no tokens to add.", nameof(tokens))
            : new ExtendedTokenizer(Inner, [.. Vocabulary.Tokens.Skip(Inner.Vocabulary.Count), .. added]);
    }

    /// <summary>
    /// Byte pairs as models of the kinds of GPT-2 and RoBERTa have them (Radford et al. 2019). The begin token is the vocabulary's
    /// <c>&lt;s&gt;</c> or <c>&lt;|endoftext|&gt;</c>, the end token its <c>&lt;/s&gt;</c> or <c>&lt;|endoftext|&gt;</c>; where it has
    /// <c>&lt;s&gt;</c>, two end tokens stand between the texts of a pair. Keys are the model's ids and 1
    /// (<c>OnnxNetworkOptions.FirstTokenId</c> 0), but the ids themselves where padding is id 0.
    /// </summary>
    /// <param name="path">The model's vocab.json: an object of tokens and their ids.</param>
    /// <param name="mergesPath">The model's merges.txt: a pair of tokens in each line, the first to be merged first.</param>
    /// <param name="addPrefixSpace">Whether a text's first word is taken as if a space stood before it; false by default.</param>
    /// <exception cref="InvalidDataException">
    /// A file isn't what is expected, ids aren't 0 to the number of tokens less 1, a byte has no token, or a merge gives none.
    /// </exception>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    public static TextTokenizer LoadBytePairs(string path, string mergesPath, bool addPrefixSpace = false) =>
        ByteLevelTokenizer.Of(path, TextFile.ReadAll(path, "a vocabulary, an object of tokens and ids in JSON"),
            mergesPath, TextFile.ReadAll(mergesPath, "merges, a pair of tokens in each line"), addPrefixSpace);

    /// <summary>
    /// Pieces of sentences by a model of SentencePiece, of the kinds unigram (Kudo 2018) and byte pairs. Begin and end tokens are the
    /// model's. Keys are the model's ids and 1 (<c>OnnxNetworkOptions.FirstTokenId</c> 0), but the ids themselves where padding is id 0.
    /// </summary>
    /// <param name="path">The model, often called tokenizer.model or spiece.model.</param>
    /// <exception cref="InvalidDataException">The file isn't a whole model, or one of another kind.</exception>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    public static TextTokenizer LoadSentencePieces(string path) => SentencePieceModelTokenizer.OfFile(path);

    /// <summary>
    /// Byte pairs in the form of tiktoken. Begin and end token are <c>&lt;|endoftext|&gt;</c>. Keys are the model's ids and 1
    /// (<c>OnnxNetworkOptions.FirstTokenId</c> 0); ids that stand for nothing have tokens that no text gives.
    /// </summary>
    /// <param name="path">The file: in each line bytes in base64 and their rank, which is the id.</param>
    /// <param name="encoding">How texts are cut before bytes are merged, and the ids of special tokens, which the file doesn't say.</param>
    /// <exception cref="InvalidDataException">
    /// A line isn't what is expected, bytes or a rank are there twice, or one of the 256 bytes is missing.
    /// </exception>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    public static TextTokenizer LoadTiktoken(string path, TiktokenEncoding encoding = TiktokenEncoding.Cl100k) =>
        TiktokenBytesTokenizer.Of(path, TextFile.Lines(path, "bytes in base64 and their rank in each line"), encoding);
}
