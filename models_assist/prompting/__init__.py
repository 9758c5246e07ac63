"""What a language model is asked, and how what it says becomes labels. Pure: values in and out."""
