"""What identifies a person in a text: names, numbers, addresses and dates of birth in the scripts of the region."""
